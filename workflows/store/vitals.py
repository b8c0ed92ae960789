"""How the installation is: what an operator looks at, and what a platform asks before it sends work."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from workflows.lifecycle import FINAL
from workflows.store import tables
from workflows.store.section import Section

_requests, _outbox, _leases = tables.requests, tables.outbox, tables.leases
_reads, _freezes, _head, _pushes = tables.cost_reads, tables.freezes, tables.audit_head, tables.audit_pushes
WORKER = "worker:"
ALIVE = timedelta(seconds=45)
"""How long a worker counts as alive after its last beat; it beats every ten seconds."""


@dataclass(frozen=True, kw_only=True)
class Vitals:
    """Numbers of one moment. ``open`` is state → how many requests are in it; times are UTC, None for never."""

    open: dict[str, int] = field(default_factory=dict)
    outbox_waiting: int = 0
    outbox_oldest: datetime | None = None
    outbox_due: datetime | None = None
    costs_read_at: datetime | None = None
    workers: int = 0
    frozen: bool = False
    audit_seq: int = 0
    audit_pushed: int | None = None


class Vital(Section):
    async def beat(self, holder: str, now: datetime) -> None:
        """Say that a worker is alive."""
        await self.upsert(_leases, {"name": f"{WORKER}{holder}", "holder": holder, "until": now + ALIVE})

    async def vitals(self, now: datetime) -> Vitals:
        final = [each.value for each in FINAL]
        by_state = sa.select(_requests.c.state, sa.func.count()).where(_requests.c.state.not_in(final))
        backlog = sa.select(sa.func.count(), sa.func.min(_outbox.c.created_at), sa.func.min(_outbox.c.due_at)).where(
            _outbox.c.settled_at.is_(None)
        )
        alive = sa.select(sa.func.count()).where(_leases.c.name.startswith(WORKER), _leases.c.until > now)
        frozen = sa.select(sa.func.count()).where(_freezes.c.ended_at.is_(None))
        counts = (await self.connection.execute(by_state.group_by(_requests.c.state))).all()
        waiting, oldest, due = (await self.connection.execute(backlog)).one()
        return Vitals(
            open={row[0]: row[1] for row in counts},
            outbox_waiting=waiting,
            outbox_oldest=oldest,
            outbox_due=due,
            costs_read_at=(await self.connection.execute(sa.select(sa.func.max(_reads.c.read_at)))).scalar_one(),
            workers=(await self.connection.execute(alive)).scalar_one(),
            frozen=bool((await self.connection.execute(frozen)).scalar_one()),
            audit_seq=(await self.connection.execute(sa.select(sa.func.max(_head.c.seq)))).scalar_one() or 0,
            audit_pushed=(await self.connection.execute(sa.select(sa.func.min(_pushes.c.seq)))).scalar_one(),
        )

    async def opened_at(self, request_ids: Collection[str]) -> dict[str, datetime]:
        """Return when these requests were opened."""
        query = sa.select(_requests.c.id, _requests.c.created_at).where(_requests.c.id.in_(request_ids))
        return {row.id: row.created_at for row in await self.connection.execute(query)}
