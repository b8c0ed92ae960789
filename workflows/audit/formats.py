"""The formats of an export, and the one way to write each."""

from collections.abc import AsyncIterable, AsyncIterator, Callable
from enum import StrEnum
from pathlib import Path

from workflows.audit.entry import AuditEntry
from workflows.audit.export import csv_lines, jsonl_lines
from workflows.audit.ocsf import ocsf_lines
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


LINES: dict[Format, Callable[[AsyncIterable[AuditEntry]], AsyncIterator[str]]] = {
    Format.CSV: csv_lines,
    Format.JSONL: jsonl_lines,
    Format.OCSF: ocsf_lines,
}
"""The formats that are text, written line by line."""


async def write(entries: AsyncIterable[AuditEntry], form: Format, path: Path) -> int:
    """Write *entries* to the file *path*; returns how many there were. Raises ``OSError``."""
    if form is Format.PARQUET:
        return await write_parquet(entries, path)
    count = 0

    async def counted() -> AsyncIterator[AuditEntry]:
        nonlocal count
        async for entry in entries:
            count += 1
            yield entry

    with path.open("w", encoding="utf-8", newline="") as file:
        async for line in LINES[form](counted()):
            file.write(line)
    return count
