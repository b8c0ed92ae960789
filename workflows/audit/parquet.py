"""Entries as a Parquet file, in batches, so that a log of any length takes little memory."""

from collections.abc import AsyncIterable, Iterator
from pathlib import Path
from typing import Any

from workflows.audit.entry import FIELDS, AuditEntry
from workflows.errors import Refusal

BATCH = 10_000
"""Entries that are held at once: about five megabytes."""

MAGIC = b"PAR1"


async def write_parquet(entries: AsyncIterable[AuditEntry], path: Path) -> int:
    """Write *entries* to *path*; returns how many there were."""
    import pyarrow as pa  # noqa: PLC0415 - 200 ms, and only this format needs it
    from pyarrow import parquet  # noqa: PLC0415

    schema = pa.schema([(name, pa.int64() if name == "seq" else pa.string()) for name in FIELDS])
    count = 0
    rows: list[dict[str, Any]] = []
    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        async for entry in entries:
            rows.append(vars(entry))
            if len(rows) == BATCH:
                count += _written(writer, pa.RecordBatch.from_pylist(rows, schema))
                rows = []
        return count + _written(writer, pa.RecordBatch.from_pylist(rows, schema))


def _written(writer: Any, batch: Any) -> int:
    writer.write_batch(batch)
    return int(batch.num_rows)


def is_parquet(path: Path) -> bool:
    """Whether the file begins like one. Raises ``OSError``."""
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def read_parquet(path: Path) -> Iterator[AuditEntry]:
    """Yield the entries of the file. Raises ``Refusal`` for one that was not exported here."""
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    try:
        with parquet.ParquetFile(path) as file:
            if tuple(file.schema_arrow.names) != FIELDS:
                raise Refusal(f"{path} has other columns than an export: {', '.join(FIELDS)}.")
            for batch in file.iter_batches(BATCH):
                for row in batch.to_pylist():
                    yield AuditEntry.of(row.values())
    except pa.ArrowException as error:
        raise Refusal(f"{path} is no Parquet file as it was exported: {str(error).splitlines()[0]}") from None
