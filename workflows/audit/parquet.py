"""Entries as a Parquet file, in batches, so that a log of any length takes little memory."""

from collections.abc import AsyncIterable, Iterator, Sequence
from pathlib import Path

from workflows.audit.entry import FIELDS, AuditEntry
from workflows.errors import Refusal

BATCH = 10_000
"""Entries that are held at once: about five megabytes."""

MAGIC = b"PAR1"


async def write_parquet(batches: AsyncIterable[Sequence[AuditEntry]], path: Path) -> int:
    """Write all entries to *path*; returns how many there were."""
    import pyarrow as pa  # noqa: PLC0415 - 200 ms, and only this format needs it
    from pyarrow import parquet  # noqa: PLC0415

    schema = pa.schema([(name, pa.int64() if name == "seq" else pa.string()) for name in FIELDS])
    count = 0
    entries: list[AuditEntry] = []

    def write() -> int:
        columns = zip(*entries, strict=True) if entries else ((),) * len(FIELDS)
        arrays = [pa.array(column, field.type) for column, field in zip(columns, schema, strict=True)]
        writer.write_batch(pa.RecordBatch.from_arrays(arrays, schema=schema))
        return len(entries)

    with parquet.ParquetWriter(path, schema, compression="zstd") as writer:
        async for batch in batches:
            entries += batch
            if len(entries) >= BATCH:
                count += write()
                entries.clear()
        return count + write()


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
                    yield AuditEntry._make(row.values())
    except pa.ArrowException as error:
        raise Refusal(f"{path} is no Parquet file as it was exported: {str(error).splitlines()[0]}") from None
