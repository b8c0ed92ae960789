"""Builders of blocks, elements and views; every text given to them is ours or escaped already."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.blocks import limits
from bot.blocks.text import escape, truncate, unescape

Block = dict[str, Any]
_NOTHING = "\N{EN DASH}"  # Slack takes no empty text


def plain(text: str, limit: int = limits.SECTION) -> Block:
    return {"type": "plain_text", "text": truncate(text, limit).strip() or _NOTHING, "emoji": True}


def mrkdwn(text: str, limit: int = limits.SECTION) -> Block:
    """Return formatted text; ``verbatim`` keeps Slack from making mentions and links of plain words in it."""
    return {"type": "mrkdwn", "text": truncate(text, limit).strip() or _NOTHING, "verbatim": True}


def header(text: str) -> Block:
    return {"type": "header", "text": plain(text, limits.HEADER)}


def section(text: str, accessory: Block | None = None) -> Block:
    block: Block = {"type": "section", "text": mrkdwn(text)}
    return block | ({"accessory": accessory} if accessory else {})


def context(*texts: str) -> Block:
    """Return small grey lines; what is beyond Slack's number of elements is left out."""
    elements = [mrkdwn(each, limits.CONTEXT_TEXT) for each in texts[: limits.CONTEXT_ELEMENTS]]
    return {"type": "context", "elements": elements}


def sections(lines: Iterable[str], most: int = 3) -> list[Block]:
    """Return *lines* (escaped) in as few sections as hold them; beyond *most* sections the rest is counted only."""
    packed: list[str] = [""]
    left_out = 0
    for line in lines:
        fitted = truncate(line, limits.SECTION)
        together = f"{packed[-1]}\n{fitted}" if packed[-1] else fitted
        if len(together) <= limits.SECTION:
            packed[-1] = together
        elif len(packed) < most:
            packed.append(fitted)
        else:
            left_out += 1
    blocks = [section(each) for each in packed if each]
    return blocks + ([context(f"… and {left_out} more")] if left_out else [])


def divider() -> Block:
    return {"type": "divider"}


def image(file: str, alt: str) -> Block:
    """Return the picture that lies at Slack as *file*; *alt* (plain, not escaped) says what it shows.

    docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
    """
    return {
        "type": "image",
        "slack_file": {"id": file},
        "alt_text": plain(unescape(escape(alt)), limits.ALT_TEXT)["text"],
    }


def actions(block_id: str, elements: Sequence[Block]) -> Block:
    return {"type": "actions", "block_id": block_id, "elements": list(elements[: limits.ACTION_ELEMENTS])}


def confirm(title: str, text: str, yes: str, no: str) -> Block:
    """Return the question that a button asks before it acts."""
    return {
        "title": plain(title, limits.CONFIRM_TITLE),
        "text": plain(text, limits.CONFIRM_TEXT),
        "confirm": plain(yes, limits.CONFIRM_BUTTON),
        "deny": plain(no, limits.CONFIRM_BUTTON),
    }


def button(
    text: str,
    action_id: str,
    value: str = "",
    *,
    style: str = "",
    confirm: Block | None = None,
    visible_to: Iterable[str] = (),
) -> Block:
    """Return a button. ``visible_to`` (user ids) is decoration: authority is checked when it is pressed."""
    element: Block = {"type": "button", "text": plain(text, limits.BUTTON_TEXT), "action_id": action_id}
    optional: Block = {
        "value": value,
        "style": style,
        "confirm": confirm,
        "visible_to_user_ids": list(visible_to)[: limits.OPTIONS],
    }
    return element | {name: given for name, given in optional.items() if given}


def option(text: str, value: str) -> Block:
    """Return one choice. *value* must fit Slack's 150 characters: it is what comes back."""
    return {"text": plain(text, limits.OPTION_TEXT), "value": value}


def input_block(
    block_id: str, label: str, element: Block, *, hint: str = "", optional: bool = False, dispatch: bool = False
) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": plain(label, limits.LABEL),
        "element": element,
        "optional": optional,
        "dispatch_action": dispatch,
    }
    return block | ({"hint": plain(hint, limits.HINT)} if hint else {})


def modal(
    title: str, blocks: Sequence[Block], *, callback_id: str, submit: str = "", close: str = "Close", metadata: str = ""
) -> Block:
    """Return a modal view; ``metadata`` comes back with whatever happens in it and is never a secret."""
    view: Block = {
        "type": "modal",
        "callback_id": callback_id,
        "title": plain(title, limits.VIEW_TITLE),
        "close": plain(close, limits.VIEW_TITLE),
        "blocks": list(blocks[: limits.MODAL_BLOCKS]),
        "private_metadata": metadata,
    }
    return view | ({"submit": plain(submit, limits.VIEW_TITLE)} if submit else {})
