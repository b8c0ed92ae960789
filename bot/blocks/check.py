"""The check before sending: what Slack would answer with ``invalid_blocks`` is found here, with its place."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.blocks import limits
from bot.blocks.build import Block


class Surface(StrEnum):
    MESSAGE = "message"
    MODAL = "modal"


class BlocksInvalid(ValueError):
    """These blocks would be refused by Slack; the text lists where and why."""


_MOST_BLOCKS = {Surface.MESSAGE: limits.MESSAGE_BLOCKS, Surface.MODAL: limits.MODAL_BLOCKS}

# (type of the object, name of its property) → most characters; an empty type stands for any.
_TEXTS: Mapping[tuple[str, str], int] = {
    ("header", "text"): limits.HEADER,
    ("section", "text"): limits.SECTION,
    ("image", "alt_text"): limits.ALT_TEXT,
    ("button", "text"): limits.BUTTON_TEXT,
    ("button", "value"): limits.BUTTON_VALUE,
    ("option", "text"): limits.OPTION_TEXT,
    ("option", "value"): limits.OPTION_VALUE,
    ("confirm", "title"): limits.CONFIRM_TITLE,
    ("confirm", "text"): limits.CONFIRM_TEXT,
    ("confirm", "confirm"): limits.CONFIRM_BUTTON,
    ("confirm", "deny"): limits.CONFIRM_BUTTON,
    ("modal", "title"): limits.VIEW_TITLE,
    ("modal", "submit"): limits.VIEW_TITLE,
    ("modal", "close"): limits.VIEW_TITLE,
    ("modal", "private_metadata"): limits.PRIVATE_METADATA,
    ("", "placeholder"): limits.PLACEHOLDER,
    ("", "label"): limits.LABEL,
    ("", "hint"): limits.HINT,
    ("", "initial_value"): limits.INPUT,
    ("", "block_id"): limits.IDENTIFIER,
    ("", "action_id"): limits.IDENTIFIER,
    ("", "callback_id"): limits.IDENTIFIER,
}
_MAY_BE_EMPTY = frozenset({"initial_value", "private_metadata", "value"})
_LISTS: Mapping[tuple[str, str], int] = {
    ("actions", "elements"): limits.ACTION_ELEMENTS,
    ("context", "elements"): limits.CONTEXT_ELEMENTS,
    ("", "options"): limits.OPTIONS,
    ("", "initial_options"): limits.OPTIONS,
    ("", "visible_to_user_ids"): limits.OPTIONS,
}
_SINGLE_OBJECTS = ("accessory", "element", "confirm", "initial_option")


def _text_of(value: Any) -> str:
    return str(value["text"]) if isinstance(value, Mapping) and "text" in value else str(value)


def _texts(kind: str, thing: Mapping[str, Any], at: str) -> Iterator[str]:
    for name, value in thing.items():
        most = _TEXTS.get((kind, name), _TEXTS.get(("", name)))
        if most is None or (kind != "confirm" and name == "confirm"):
            continue
        length = len(_text_of(value))
        if length > most:
            yield f"{at}/{name} has {length} characters; {most} fit"
        if not length and name not in _MAY_BE_EMPTY:
            yield f"{at}/{name} is empty"


def _lists(kind: str, thing: Mapping[str, Any], at: str) -> Iterator[str]:
    for name, value in thing.items():
        most = _LISTS.get((kind, name), _LISTS.get(("", name)))
        if most is not None and not 1 <= len(value) <= most:
            yield f"{at}/{name} has {len(value)} entries; 1 to {most} fit"


def _inside(thing: Mapping[str, Any], at: str) -> Iterator[tuple[str, Mapping[str, Any], str]]:
    """Yield the objects inside *thing* that have limits of their own: (type, object, place)."""
    for name in _SINGLE_OBJECTS:
        if name in thing:
            untyped = "confirm" if name == "confirm" else "option"
            yield thing[name].get("type", untyped), thing[name], f"{at}/{name}"
    for name in ("options", "initial_options", "elements"):
        for index, each in enumerate(thing.get(name, ())):
            yield each.get("type", "option"), each, f"{at}/{name}/{index}"


def _walk(kind: str, thing: Mapping[str, Any], at: str) -> Iterator[str]:
    if kind in ("mrkdwn", "plain_text"):
        if not 1 <= len(thing["text"]) <= limits.CONTEXT_TEXT:
            yield f"{at}/text has {len(thing['text'])} characters; 1 to {limits.CONTEXT_TEXT} fit"
        return
    yield from _texts(kind, thing, at)
    yield from _lists(kind, thing, at)
    ids = [each.get("action_id") for each in thing.get("elements", ()) if "action_id" in each]
    if len(ids) != len(set(ids)):
        yield f"{at}/elements use an action_id twice"
    for inner in _inside(thing, at):
        yield from _walk(*inner)


def problems(blocks: Sequence[Block], surface: Surface = Surface.MESSAGE) -> list[str]:
    """Return everything that Slack would refuse in *blocks*, each with its place."""
    found = [problem for index, each in enumerate(blocks) for problem in _walk(each["type"], each, f"/blocks/{index}")]
    if len(blocks) > _MOST_BLOCKS[surface]:
        found.append(f"/blocks has {len(blocks)} entries; {_MOST_BLOCKS[surface]} fit")
    ids = Counter(each["block_id"] for each in blocks if "block_id" in each)
    found.extend(f"/blocks use the block_id {each} twice" for each, times in ids.items() if times > 1)
    inputs = [at for at, each in enumerate(blocks) if each["type"] == "input"]
    if surface is Surface.MESSAGE:
        found.extend(f"/blocks/{at} is an input in a message" for at in inputs)
    return found


def checked(blocks: Sequence[Block], surface: Surface = Surface.MESSAGE) -> list[Block]:
    """Return *blocks* as they are. Raises ``BlocksInvalid`` for what Slack would refuse."""
    if found := problems(blocks, surface):
        raise BlocksInvalid("; ".join(found))
    return list(blocks)


def checked_view(view: Block) -> Block:
    """Return the modal *view* as it is. Raises ``BlocksInvalid`` for what Slack would refuse."""
    found = [*_texts("modal", view, "/view"), *problems(view["blocks"], Surface.MODAL)]
    if "submit" not in view and any(each["type"] == "input" for each in view["blocks"]):
        found.append("/view has inputs and nothing to submit them")
    if found:
        raise BlocksInvalid("; ".join(found))
    return view
