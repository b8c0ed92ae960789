"""The ``rich_text`` block: sections, lists, quotes and code, made of styled pieces."""

from typing import Any

from sandbox.slack.blockkit.rules import array, boolean, by_type, choice, integer, shape, string

_MANY = 10_000

_style = shape(
    {},
    dict.fromkeys(
        ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink"), boolean
    ),
)

_styled = {"style": _style}

PIECES = {
    "text": shape({"text": string(minimum=1)}, _styled),
    "link": shape({"url": string(3000, 1)}, {**_styled, "text": string(), "unsafe": boolean}),
    "emoji": shape({"name": string(minimum=1)}, {**_styled, "unicode": string(), "skin_tone": integer(6, 1)}),
    "user": shape({"user_id": string(minimum=1)}, _styled),
    "usergroup": shape({"usergroup_id": string(minimum=1)}, _styled),
    "channel": shape({"channel_id": string(minimum=1)}, _styled),
    "broadcast": shape({"range": choice("here", "channel", "everyone")}, _styled),
    "team": shape({"team_id": string(minimum=1)}, _styled),
    "color": shape({"value": string(minimum=1)}, _styled),
    "date": shape(
        {"timestamp": integer(9_999_999_999), "format": string(minimum=1)},
        {**_styled, "url": string(3000), "fallback": string()},
    ),
}

_pieces = array(by_type(PIECES), _MANY, 0)
_border = {"border": integer(1)}
_section = shape({"elements": _pieces}, {})

PARTS = {
    "rich_text_section": _section,
    "rich_text_preformatted": shape({"elements": _pieces}, {**_border, "language": string()}),
    "rich_text_quote": shape({"elements": _pieces}, _border),
    "rich_text_list": shape(
        {"elements": array(by_type({"rich_text_section": _section}), _MANY, 0), "style": choice("bullet", "ordered")},
        {**_border, "indent": integer(8), "offset": integer(_MANY)},
    ),
}

ELEMENTS = array(by_type(PARTS), _MANY, 0)

BLOCK = by_type({"rich_text": shape({"elements": ELEMENTS}, {"block_id": string(255)})})
"""A rich text inside something else."""


def of_text(words: str) -> dict[str, Any]:
    """Return a rich text that says *words* plainly."""
    section = {"type": "rich_text_section", "elements": [{"type": "text", "text": words}]}
    return {"type": "rich_text", "elements": [section] if words else []}


def plain_text(block: dict[str, Any]) -> str:
    """Return the words of a rich text, one line a part."""
    return "\n".join(_words(part) for part in block.get("elements", []))


def _words(part: dict[str, Any]) -> str:
    nested = part.get("elements")
    return "".join(map(_words, nested)) if nested is not None else str(part.get("text", ""))
