"""One message as it is sent: blocks, and the text that notifications and screen readers use instead."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks import Block, context, problems, section, truncate
from bot.blocks.limits import MESSAGE_BLOCKS, UPDATE_TEXT

_MORE = "_The rest is too long for one message; it is all in the audit log._"


@dataclass(frozen=True, kw_only=True)
class Message:
    text: str
    blocks: list[Block]


def message(text: str, body: Sequence[Block], actions: Sequence[Block] = ()) -> Message:
    """Put a message together so that Slack takes it, whatever it holds.

    Too many blocks lose their middle, never their beginning (what and which state) nor their buttons: a card
    that cannot be updated would keep buttons that are dead.
    """
    blocks = [*body, *actions]
    if len(blocks) > MESSAGE_BLOCKS:
        blocks = [*body[: MESSAGE_BLOCKS - len(actions) - 1], context(_MORE), *actions]
    if problems(blocks):
        blocks = [section(text), context(_MORE), *actions]
    return Message(text=truncate(text, UPDATE_TEXT), blocks=blocks)
