"""Appending to the audit log, and reading it as a stream."""

import contextlib
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from workflows.audit.entry import GENESIS, AuditEntry, Draft, link, stamp
from workflows.audit.filters import Filter
from workflows.audit.verify import Head
from workflows.store import tables
from workflows.store.section import Section

_entries, _head, _floor, _pushes = tables.audit_entries, tables.audit_head, tables.audit_floor, tables.audit_pushes

_HOLD_HEAD = sa.select(_head).with_for_update()
_MOVE_HEAD = sa.update(_head)
_ADD = sa.insert(_entries)

AT_ONCE = 500
"""Entries that are read from the database in one go."""


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """The last entry that arrived; how often the next ones were tried since, and when they are tried again."""

    seq: int = 0
    attempts: int = 0
    due_at: datetime | None = None


class AuditLog(Section):
    async def append(self, draft: Draft) -> AuditEntry:
        """Give *draft* its place in the chain; the head stays locked until this transaction ends."""
        if self.workspace:
            draft = replace(draft, data={**draft.data, "workspace": self.workspace})
        head = await self.hold_log()
        entry = link(draft, head.seq + 1, head.hash)
        await self.connection.execute(_ADD, entry._asdict())
        await self.connection.execute(_MOVE_HEAD, {"seq": entry.seq, "hash": entry.hash})
        return entry

    async def hold_log(self) -> Head:
        """Let no other transaction append until this one ends, and return the last entry's number and hash.

        Also for what must be counted and added to at once.
        """
        row = (await self.connection.execute(_HOLD_HEAD)).one_or_none()
        if row is None:
            await self.once(_head, {"id": 1, "seq": 0, "hash": GENESIS})
            row = (await self.connection.execute(_HOLD_HEAD)).one()
        return Head(seq=row.seq, hash=row.hash)

    async def audit_head(self) -> Head:
        """Return the last entry's number and hash: what an export must end with."""
        row = (await self.connection.execute(sa.select(_head))).one_or_none()
        return Head(seq=row.seq, hash=row.hash) if row is not None else Head(seq=0, hash=GENESIS)

    async def audit_floor(self) -> Head:
        """Return the last entry that was archived and removed: what the first one in the database follows."""
        row = (await self.connection.execute(sa.select(_floor.c.seq, _floor.c.hash))).one_or_none()
        return Head(seq=row.seq, hash=row.hash) if row is not None else Head()

    async def remove_entries(self, through: Head) -> int:
        """Remove every entry up to and with *through*, which has been archived; returns how many there were."""
        await self.upsert(_floor, {"id": 1, "seq": through.seq, "hash": through.hash})
        return (await self.connection.execute(sa.delete(_entries).where(_entries.c.seq <= through.seq))).rowcount

    async def pushed(self, destination: str) -> Pushed:
        """Return how far the log was pushed to *destination*."""
        query = sa.select(_pushes.c.seq, _pushes.c.attempts, _pushes.c.due_at).where(
            _pushes.c.destination == destination
        )
        row = (await self.connection.execute(query)).one_or_none()
        return Pushed(seq=row.seq, attempts=row.attempts, due_at=row.due_at) if row is not None else Pushed()

    async def pushed_through(self) -> int | None:
        """Return the last entry that the collector has; None when the log is pushed nowhere."""
        through: int | None = (await self.connection.execute(sa.select(sa.func.min(_pushes.c.seq)))).scalar_one()
        return through

    async def save_pushed(self, destination: str, pushed: Pushed, now: datetime, problem: str = "") -> None:
        """Remember how far *destination* is, the one collector from now on: an earlier one would lag for ever."""
        await self.connection.execute(sa.delete(_pushes).where(_pushes.c.destination != destination))
        row = {"seq": pushed.seq, "attempts": pushed.attempts, "due_at": pushed.due_at or now, "problem": problem}
        await self.upsert(_pushes, {"destination": destination, **row})

    async def first_since(self, since: datetime) -> int | None:
        """Return the number of the first entry from then or later, None when there is none.

        Entries before it may be later than some after it: processes do not share a clock, nor wait for one another.
        """
        query = sa.select(sa.func.min(_entries.c.seq)).where(_entries.c.at >= stamp(since))
        number: int | None = (await self.connection.execute(query)).scalar()
        return number

    async def audit_batches(
        self, only: Filter | None = None, limit: int | None = None
    ) -> AsyncGenerator[Sequence[AuditEntry]]:
        """Stream the log from its beginning, *limit* entries at most, some at a time, without holding it in memory.

        Whoever may stop before its end closes it (``contextlib.aclosing``).
        """
        query = sa.select(_entries).where(*_conditions(only or Filter())).order_by(_entries.c.seq).limit(limit)
        rows = await self.connection.stream(query, execution_options={"yield_per": AT_ONCE})
        try:
            async for batch in rows.partitions(AT_ONCE):
                yield [AuditEntry._make(row) for row in batch]
        finally:
            await rows.close()  # SQLAlchemy's own context leaves the cursor open when it is left early

    async def audit_entries(self, only: Filter | None = None, limit: int | None = None) -> AsyncGenerator[AuditEntry]:
        """Stream the log as ``audit_batches`` does, one entry at a time."""
        async with contextlib.aclosing(self.audit_batches(only, limit)) as batches:
            async for batch in batches:
                for entry in batch:
                    yield entry

    async def trail(self, request_id: str) -> list[AuditEntry]:
        query = sa.select(_entries).where(_entries.c.request_id == request_id).order_by(_entries.c.seq)
        return [AuditEntry._make(row) for row in await self.connection.execute(query)]


def _conditions(only: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if only.after:
        conditions.append(_entries.c.seq > only.after)
    if only.below is not None:
        conditions.append(_entries.c.seq < only.below)
    if only.since is not None:
        conditions.append(_entries.c.at >= stamp(only.since))
    if only.until is not None:
        conditions.append(_entries.c.at < stamp(only.until))
    if only.project:
        conditions.append(_entries.c.project_id == only.project)
    if only.kind:
        conditions.append(_entries.c.kind == only.kind)
    return conditions
