"""Retention: the oldest part of the audit log moves into an archive, and the chain goes on where it ends."""

import asyncio
import contextlib
import hashlib
import os
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from workflows.audit.entry import AuditEntry, Draft
from workflows.audit.filters import Filter
from workflows.audit.formats import Format, write
from workflows.audit.reading import read_export
from workflows.audit.verify import PRUNED, Head, Verified, Verifier, verify
from workflows.errors import Conflict, Refusal
from workflows.model import Actor, ActorType
from workflows.store import Database


async def pruned(
    database: Database, before: datetime, archive: Path, *, operator: str, unpushed: bool = False
) -> tuple[Head, int]:
    """Archive every entry ahead of the first from *before* or later, verify the file, and only then remove them.

    An entry of the log names the last of them, so that nobody can take away a part of the log by saying that it was
    archived. Returns the last entry and how many there are. Raises ``Refusal`` when there is nothing to archive, or
    (unless *unpushed*) when the collector does not have all of it yet,
    ``ChainBroken`` when the log was altered, ``Conflict`` when somebody else archives at the same time, ``OSError``.
    """
    part = archive.with_name(f"{archive.name}.part")
    try:
        floor, found = await _archived(database, before, part)
        if not unpushed:
            await _check_pushed(database, found.head)
        digest = await asyncio.to_thread(_read_back, part, floor, found)
        # Under its name, and on the disk, before anything is removed: what follows may be cut off at any moment.
        part.rename(archive)
        await asyncio.to_thread(_sync_folder, archive.parent)
    finally:
        part.unlink(missing_ok=True)
    proof = {"through": found.head.seq, "hash": found.head.hash, "count": found.count, "sha256": digest}
    actor = Actor(type=ActorType.OPERATOR, id=operator)
    async with database.begin() as work:
        await work.hold_log()
        if await work.audit_floor() != floor:
            raise Conflict(f"Somebody else archived a part of the log just now; {archive} is not needed.")
        data = {**proof, "file": archive.name}
        await work.append(Draft(action=PRUNED, actor=actor, at=datetime.now(UTC), data=data))
        await work.remove_entries(found.head)
    return found.head, found.count


async def _check_pushed(database: Database, head: Head) -> None:
    """Raise ``Refusal`` when the collector does not have the log up to *head*: it could not get it any more."""
    async with database.read() as work:
        through = await work.pushed_through()
    if through is not None and through < head.seq:
        raise Refusal(
            f"The log was pushed up to entry {through} only, so its collector would miss what comes after it."
            " Wait until it was, choose an earlier day, or say --unpushed."
        )


async def _archived(database: Database, before: datetime, path: Path) -> tuple[Head, Verified]:
    """Write the entries to *path*, verifying them; returns what they follow, and what was verified."""
    async with database.read() as work:
        floor = await work.audit_floor()
        verifier = Verifier(floor=floor)
        # By number, not by time: what is removed has to be the beginning of the chain.
        part = Filter(below=await work.first_since(before))

        async def verified() -> AsyncIterator[Sequence[AuditEntry]]:
            async with contextlib.aclosing(work.audit_batches(part)) as batches:
                async for batch in batches:
                    verifier.feed_all(batch)
                    yield batch

        await write(verified(), Format.JSONL, path)
    found = verifier.finish()
    if not found.count:
        raise Refusal(f"The log has no entry from before {before:%Y-%m-%d}.")
    return floor, found


def _sync_folder(folder: Path) -> None:
    """Have the folder's names on the disk too; not on Windows, which opens no folder."""
    if os.name == "posix":
        opened = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(opened)
        finally:
            os.close(opened)


def _read_back(path: Path, floor: Head, written: Verified) -> str:
    """Return the file's SHA-256, once it is on the disk and verifies. Raises ``Refusal``, ``ChainBroken``."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if verify(read_export(path), floor=floor) != written:
        raise Refusal("The archive does not hold what was written to it, so nothing was removed.")
    return digest
