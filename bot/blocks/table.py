"""A table: a row of headings, and rows of cells that read as plain text whatever somebody wrote into them.

docs.slack.dev/reference/block-kit/blocks/table-block: one in a message, at most 100 rows of 20 cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.blocks.build import Block
from bot.blocks.limits import TABLE_CELLS, TABLE_ROWS
from bot.blocks.text import inline, unescape

LONGEST = 120
_NOTHING = "\N{EN DASH}"


@dataclass(frozen=True, kw_only=True)
class Strong:
    """A cell in bold."""

    text: str


Cell = str | Strong


def table(headings: Sequence[str], rows: Sequence[Sequence[Cell]], *, right: Sequence[int] = ()) -> Block:
    """Return a table whose columns *right* (from 0) stand at their right edge; rows that do not fit are left out."""
    settings = [
        {"align": "right" if index in right else "left", "is_wrapped": index not in right}
        for index in range(len(headings))
    ]
    shown = [headings, *rows[: TABLE_ROWS - 1]]
    return {
        "type": "table",
        "rows": [[_cell(each) for each in row[:TABLE_CELLS]] for row in shown],
        "column_settings": settings[:TABLE_CELLS],
    }


def _cell(cell: Cell) -> Block:
    if isinstance(cell, str):
        return {"type": "raw_text", "text": _raw(cell)}
    piece = {"type": "text", "text": _raw(cell.text), "style": {"bold": True}}
    return {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [piece]}]}


def _raw(text: str) -> str:
    """Return *text* on one line without control characters: here Slack reads no formatting, so nothing is escaped."""
    return unescape(inline(text, LONGEST)).strip() or _NOTHING
