"""Entries as lines of CSV or JSON; ``reading`` reads them back.

A spreadsheet takes a cell that begins with = + - @ (also in full width), a tab or a line break for a formula. Such a
cell gets an apostrophe in front, and so does one that begins with an apostrophe: dropping one always gives the text.
See https://owasp.org/www-community/attacks/CSV_Injection.
"""

import csv
import io
import re
from collections.abc import Iterable
from json.encoder import encode_basestring as quoted
from operator import itemgetter

from workflows.audit.entry import FIELDS, AuditEntry

GUARD = "'"
RISKY = frozenset(
    "=+-@\t\r\n\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}'"
)


CSV_HEADER = ",".join(FIELDS) + "\r\n"
_QUOTE = '"'
_UNQUOTED = re.compile(r'[^"\r\n]*').fullmatch
_first = itemgetter(slice(1))
_OBJECT = "{" + ",".join(f'"{name}":{"%d" if name == "seq" else "%s"}' for name in FIELDS) + "}\n"


def csv_text(entries: Iterable[AuditEntry]) -> str:
    """Return a row for each entry (RFC 4180, line ends included)."""
    return "".join(map(_csv_row, entries))


def _csv_row(entry: AuditEntry) -> str:
    """Return one row as Python's writer has it, which takes three times as long for the quotes of JSON."""
    *plain, data, prev_hash, found = entry[1:]
    joined = ",".join(plain)
    if joined.count(",") == len(plain) - 1 and _UNQUOTED(joined) and RISKY.isdisjoint(map(_first, entry[1:])):
        data = f'"{data.replace(_QUOTE, _QUOTE * 2)}"' if _QUOTE in data else data
        if "," not in data or data[0] == _QUOTE:
            return f"{entry[0]},{joined},{data},{prev_hash},{found}\r\n"
    text = io.StringIO(newline="")
    csv.writer(text).writerow([entry[0], *map(guarded, entry[1:])])
    return text.getvalue()


def jsonl_text(entries: Iterable[AuditEntry]) -> str:
    """Return a JSON object for each entry, line end included; ``data`` is a text, the very one that was hashed."""
    return "".join([_OBJECT % (entry[0], *map(quoted, entry[1:])) for entry in entries])


def guarded(cell: str) -> str:
    """Return *cell* so that no spreadsheet takes it for a formula."""
    return GUARD + cell if cell[:1] in RISKY else cell
