"""What a person has filled in so far, read back from a view's state whatever the elements are."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.blocks import unescape

Given = str | list[str]

_SINGLE = ("value", "selected_date", "selected_conversation", "selected_channel", "selected_user", "selected_time")
_MANY = ("selected_conversations", "selected_channels", "selected_users")


def _read(element: Mapping[str, Any]) -> Given:
    if "selected_options" in element:
        return [str(each["value"]) for each in element["selected_options"] or ()]
    if "selected_option" in element:
        return str((element["selected_option"] or {}).get("value", ""))
    for name in _MANY:
        if name in element:
            return [str(each) for each in element[name] or ()]
    return next((str(element[name]) for name in _SINGLE if element.get(name)), "")


def _elements(state: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for block_id, entries in state.get("values", {}).items():
        for element in entries.values():
            yield block_id, element


def values(state: Mapping[str, Any]) -> dict[str, Given]:
    """Return field → text, or list of texts, from ``view.state``; a field that is empty is an empty text or list."""
    return {block_id: _read(element) for block_id, element in _elements(state)}


def labels(state: Mapping[str, Any]) -> dict[str, str]:
    """Return value → the words that were shown for it, for the options chosen so far."""
    chosen = [
        option
        for _, element in _elements(state)
        for option in [element.get("selected_option"), *(element.get("selected_options") or ())]
        if option
    ]
    return {str(each["value"]): unescape(str(each["text"]["text"])) for each in chosen if "text" in each}
