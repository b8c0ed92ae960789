"""Appending to the audit log, and reading it as a stream."""

from collections.abc import AsyncIterator

import sqlalchemy as sa

from workflows.audit.entry import GENESIS, AuditEntry, Draft, link, stamp
from workflows.audit.filters import Filter
from workflows.audit.verify import Head
from workflows.store import tables
from workflows.store.rows import entry_from
from workflows.store.section import Section

_entries, _head = tables.audit_entries, tables.audit_head


class AuditLog(Section):
    async def append(self, draft: Draft) -> AuditEntry:
        """Give *draft* its place in the chain; the head stays locked until this transaction ends."""
        await self.once(_head, {"id": 1, "seq": 0, "hash": GENESIS})
        head = (await self.connection.execute(sa.select(_head).with_for_update())).one()
        entry = link(draft, head.seq + 1, head.hash)
        await self.connection.execute(sa.insert(_entries).values(**vars(entry)))
        await self.connection.execute(sa.update(_head).values(seq=entry.seq, hash=entry.hash))
        return entry

    async def hold_log(self) -> None:
        """Let no other transaction append until this one ends: for what must be counted and added to at once."""
        await self.once(_head, {"id": 1, "seq": 0, "hash": GENESIS})
        await self.connection.execute(sa.select(_head).with_for_update())

    async def audit_head(self) -> Head:
        """Return the last entry's number and hash: what an export must end with."""
        row = (await self.connection.execute(sa.select(_head))).one_or_none()
        return Head(seq=row.seq, hash=row.hash) if row is not None else Head(seq=0, hash=GENESIS)

    async def audit_entries(self, only: Filter | None = None) -> AsyncIterator[AuditEntry]:
        """Stream the log from its beginning, without holding it in memory."""
        query = sa.select(_entries).where(*_conditions(only or Filter())).order_by(_entries.c.seq)
        options = {"yield_per": 1000}
        async with self.connection.stream(query, execution_options=options) as rows:
            async for row in rows:
                yield entry_from(row)

    async def trail(self, request_id: str) -> list[AuditEntry]:
        query = sa.select(_entries).where(_entries.c.request_id == request_id).order_by(_entries.c.seq)
        return [entry_from(row) for row in await self.connection.execute(query)]


def _conditions(only: Filter) -> list[sa.ColumnElement[bool]]:
    conditions: list[sa.ColumnElement[bool]] = []
    if only.since is not None:
        conditions.append(_entries.c.at >= stamp(only.since))
    if only.until is not None:
        conditions.append(_entries.c.at < stamp(only.until))
    if only.project:
        conditions.append(_entries.c.project_id == only.project)
    if only.kind:
        conditions.append(_entries.c.kind == only.kind)
    return conditions
