"""Slack's limits on blocks, views and messages, in characters or pieces (docs.slack.dev/reference/block-kit)."""

MESSAGE_BLOCKS = 50
MODAL_BLOCKS = 100
HEADER = 150
SECTION = 3000
CONTEXT_TEXT = 2000
CONTEXT_ELEMENTS = 10
ACTION_ELEMENTS = 25
BUTTON_TEXT = 75
BUTTON_VALUE = 2000
OPTION_TEXT = 75
OPTION_VALUE = 150
OPTIONS = 100
PLACEHOLDER = 150
LABEL = 2000
HINT = 2000
INPUT = 3000
IDENTIFIER = 255
VIEW_TITLE = 24
PRIVATE_METADATA = 3000
CONFIRM_TITLE = 100
CONFIRM_TEXT = 300
CONFIRM_BUTTON = 30
UPDATE_TEXT = 4000
"""The top-level text of a message: chat.update takes no more, chat.postMessage would."""
