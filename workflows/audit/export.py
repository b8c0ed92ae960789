"""Entries as lines of CSV or JSON, one after another: nothing is held in memory, and ``reading`` reads it back.

A spreadsheet takes a cell that begins with = + - @ (also in full width), a tab or a line break for a formula. Such a
cell gets an apostrophe in front, and so does one that begins with an apostrophe: dropping one always gives the text.
See https://owasp.org/www-community/attacks/CSV_Injection.
"""

import csv
import json
from collections.abc import AsyncIterable, AsyncIterator

from workflows.audit.entry import FIELDS, AuditEntry

GUARD = "'"
RISKY = frozenset(
    "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}'"
)


class _Line:
    """A file that hands each row back: ``writerow`` returns what ``write`` returns."""

    def write(self, text: str) -> str:
        return text


async def csv_lines(entries: AsyncIterable[AuditEntry]) -> AsyncIterator[str]:
    """Yield a header and a row for each entry (RFC 4180, line ends included)."""
    row = csv.writer(_Line()).writerow
    yield row(FIELDS)
    async for entry in entries:
        yield row([guarded(str(value)) for value in vars(entry).values()])


async def jsonl_lines(entries: AsyncIterable[AuditEntry]) -> AsyncIterator[str]:
    """Yield a JSON object for each entry, line end included; ``data`` is a text, the very one that was hashed."""
    async for entry in entries:
        yield jsonl_line(entry)


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def jsonl_line(entry: AuditEntry) -> str:
    return _encode(vars(entry)) + "\n"


def guarded(cell: str) -> str:
    """Return *cell* so that no spreadsheet takes it for a formula."""
    return GUARD + cell if cell[:1] in RISKY else cell
