"""Read an exported audit log back, CSV, JSON lines or Parquet, entry by entry."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

from workflows.audit.entry import FIELDS, AuditEntry
from workflows.audit.export import GUARD, RISKY, guarded
from workflows.audit.parquet import is_parquet, read_parquet
from workflows.errors import Refusal

_NAMES = list(FIELDS)
_TYPES = [int] + [str] * (len(FIELDS) - 1)
LONGEST_CELL = 16_000_000  # characters; csv stops at 131,072 by itself


def read_export(source: Path | Iterable[str]) -> Iterator[AuditEntry]:
    """Yield the entries of an export, in the order of the file; its first line says which format it is.

    *source* is a file, or its lines (of CSV or JSON lines) with their line ends as they are. Raises ``Refusal`` with a
    sentence that names the line for what is no export.
    """
    if not isinstance(source, Path):
        yield from _entries(source)
        return
    try:
        if is_parquet(source):
            yield from read_parquet(source)
            return
        # Line ends untouched (a cell may hold any), and no stumbling over the mark that spreadsheets put in front.
        with source.open(encoding="utf-8-sig", newline="") as lines:
            yield from _entries(lines)
    except OSError as error:
        raise Refusal(f"{source} cannot be read: {error.strerror or error}.") from None
    except UnicodeDecodeError:
        raise Refusal(f"{source} is not UTF-8 text, so it is no export as it was written.") from None


def _entries(lines: Iterable[str]) -> Iterator[AuditEntry]:
    rest = iter(lines)
    first = next(rest, "")
    if not first.strip():
        raise Refusal("The export is empty: it has not even a first line.")
    if first.lstrip().startswith("{"):
        return _from_jsonl(chain([first], rest))
    return _from_csv(chain([first], rest))


def _from_csv(lines: Iterable[str]) -> Iterator[AuditEntry]:
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    rows = csv.reader(lines, strict=True)
    try:
        if tuple(next(rows)) != FIELDS:
            raise Refusal(f"Line 1: an export begins with {','.join(FIELDS)} or, in JSON lines, with an object.")
        for cells in rows:
            if len(cells) != len(FIELDS):
                raise Refusal(f"Line {rows.line_num}: {len(cells)} cells where an entry has {len(FIELDS)}.")
            yield _entry([_unguarded(cell, rows.line_num) for cell in cells], rows.line_num)
    except csv.Error as error:
        raise Refusal(f"Line {rows.line_num}: this is no CSV as it was exported: {error}.") from None


def _unguarded(cell: str, number: int) -> str:
    if cell[:1] not in RISKY:
        return cell
    text = cell.removeprefix(GUARD)
    if guarded(text) != cell:
        raise Refusal(f"Line {number}: a cell is not guarded as it was exported; was the file saved by a spreadsheet?")
    return text


def _from_jsonl(lines: Iterable[str]) -> Iterator[AuditEntry]:
    for number, line in enumerate(lines, 1):
        try:
            pairs = json.loads(line, object_pairs_hook=tuple)  # pairs, so that a name given twice shows
        except (ValueError, RecursionError):
            raise Refusal(f"Line {number}: this is no JSON object as it was exported.") from None
        if not isinstance(pairs, tuple) or [name for name, _ in pairs] != _NAMES:
            raise Refusal(f"Line {number}: an entry has exactly the fields {', '.join(FIELDS)}.")
        values = [value for _, value in pairs]
        if [type(each) for each in values] != _TYPES:
            raise Refusal(f"Line {number}: seq must be a whole number and every other field a text.")
        yield AuditEntry._make(values)


def _entry(cells: list[str], number: int) -> AuditEntry:
    seq, *texts = cells
    if not (seq.isascii() and seq.isdecimal() and str(int(seq[:20])) == seq):
        raise Refusal(f"Line {number}: seq must be a whole number.")
    return AuditEntry._make([int(seq), *texts])
