"""The formats of an export, and the one way to write each."""

from collections.abc import AsyncIterable, Callable, Iterable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TextIO

from workflows.audit.entry import AuditEntry
from workflows.audit.export import CSV_HEADER, csv_text, jsonl_text
from workflows.audit.ocsf import ocsf_text
from workflows.audit.parquet import write_parquet


class Format(StrEnum):
    CSV = "csv"
    JSONL = "jsonl"
    OCSF = "ocsf"
    PARQUET = "parquet"

    @property
    def suffix(self) -> str:
        """How the name of such a file ends."""
        return "ocsf.jsonl" if self is Format.OCSF else self.value


Batches = AsyncIterable[Sequence[AuditEntry]]
"""A log in pieces of some entries each: one by one, they would take longer to hand over than to write."""

TEXTS: dict[Format, Callable[[Iterable[AuditEntry]], str]] = {
    Format.CSV: csv_text,
    Format.JSONL: jsonl_text,
    Format.OCSF: ocsf_text,
}
"""The formats that are text: some entries → their lines."""

HEADERS = {Format.CSV: CSV_HEADER}
"""What stands above the first entry."""


async def write(batches: Batches, form: Format, path: Path) -> int:
    """Write all entries to the file *path*; returns how many there were. Raises ``OSError``."""
    if form is Format.PARQUET:
        return await write_parquet(batches, path)
    with path.open("w", encoding="utf-8", newline="") as file:
        return await write_text(batches, form, file)


async def write_text(batches: Batches, form: Format, file: TextIO) -> int:
    """Write all entries to *file*, which must not touch line ends; returns how many there were."""
    file.write(HEADERS.get(form, ""))
    count, text = 0, TEXTS[form]
    async for batch in batches:
        file.write(text(batch))
        count += len(batch)
    return count
