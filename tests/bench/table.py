"""The table that a bench prints."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True, kw_only=True)
class Row:
    """What was measured, its figures, and what they should be."""

    what: str
    figures: str
    aim: str = ""


def show(title: str, rows: Iterable[Row]) -> None:
    table = Table(title=title, title_justify="left")
    for name in ("what", "figures", "aim"):
        table.add_column(name)
    for row in rows:
        table.add_row(row.what, row.figures, row.aim)
    Console(width=140).print(table)
