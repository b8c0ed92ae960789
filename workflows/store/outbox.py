"""What people must be told, kept until it was told; and where the messages stand."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflows.model import OutboxEntry, OutboxTopic, Posted
from workflows.store import tables
from workflows.store.rows import outbox_from
from workflows.store.section import Section

_outbox, _posted, _deliveries, _leases = tables.outbox, tables.posted, tables.deliveries, tables.leases
_states = tables.slack_oauth_states

# Built once: to build a statement takes longer than to run it, and these are asked for every second.
_earlier, _now = _outbox.alias("earlier"), sa.bindparam("now", type_=_outbox.c.due_at.type)
_CLAIMABLE = (
    sa.select(_outbox)
    .where(
        _outbox.c.settled_at.is_(None),
        _outbox.c.due_at <= _now,
        sa.or_(_outbox.c.lease_until.is_(None), _outbox.c.lease_until <= _now),
        ~sa.exists().where(
            _earlier.c.request_id == _outbox.c.request_id,
            _earlier.c.request_id != "",  # what is about no request waits for nothing
            _earlier.c.id < _outbox.c.id,
            _earlier.c.settled_at.is_(None),
        ),
    )
    .order_by(_outbox.c.id)
    .limit(sa.bindparam("most", type_=sa.Integer))
    .with_for_update(skip_locked=True, of=_outbox)
)
_CLAIM = (
    sa.update(_outbox)
    .where(_outbox.c.id.in_(sa.bindparam("claimed", expanding=True)))
    .values(
        lease_until=sa.bindparam("until", type_=_outbox.c.due_at.type),
        attempts=_outbox.c.attempts + 1,
        in_flight=True,
    )
)
_CLOSE = sa.update(_outbox).where(_outbox.c.id == sa.bindparam("entry"))
_NEXT_DUE = sa.select(sa.func.min(_outbox.c.due_at)).where(_outbox.c.settled_at.is_(None))
_POSTED = sa.select(_posted).where(_posted.c.request_id == sa.bindparam("about"))
_SEEN = sa.select(_deliveries.c.key).where(_deliveries.c.key == sa.bindparam("delivery"))


class Outbox(Section):
    async def tell(
        self,
        topic: OutboxTopic,
        request_id: str,
        role: str,
        now: datetime,
        payload: Mapping[str, Any] | None = None,
        *,
        workspace: str = "",
    ) -> bool:
        """Order one message; the same topic, request and role is ordered once. Says whether it is new.

        It is told in *workspace*, or else in the one that this unit of work is about.
        """
        self.announced = True
        workspace = workspace or self.workspace or ""
        if topic is OutboxTopic.REPORT and workspace:
            request_id = f"{request_id}@{workspace}"  # reports of the same name are told in each workspace
        row = {"topic": topic.value, "request_id": request_id, "role": role, "payload": dict(payload or {})}
        times = {"created_at": now, "due_at": now, "attempts": 0, "in_flight": False, "problem": ""}
        return await self.once(_outbox, row | times | {"workspace": workspace})

    async def claim_outbox(self, now: datetime, lease: timedelta, limit: int) -> list[OutboxEntry]:
        """Claim due entries, for each request only its oldest, so that they are carried out in order.

        ``cut_off`` says that an earlier attempt began and nobody knows how it ended.
        """
        rows = (await self.connection.execute(_CLAIMABLE, {"now": now, "most": limit})).all()
        if rows:
            await self.connection.execute(_CLAIM, {"claimed": [row.id for row in rows], "until": now + lease})
        return [outbox_from(row, cut_off=row.in_flight) for row in rows]

    async def settle_outbox(self, entry_id: int, now: datetime, problem: str = "") -> None:
        """Close an entry that was carried out or, with *problem*, given up: it is never tried again."""
        await self._close(entry_id, settled_at=now, lease_until=None, in_flight=False, problem=problem)

    async def retry_outbox(self, entry_id: int, due_at: datetime, problem: str, *, cut_off: bool = False) -> None:
        """Try again at *due_at*. ``cut_off``: the attempt may have worked, so the next one must look first."""
        await self._close(entry_id, due_at=due_at, lease_until=None, in_flight=cut_off, problem=problem)

    async def _close(self, entry_id: int, **values: Any) -> None:
        await self.connection.execute(_CLOSE, {"entry": entry_id, **values})

    async def next_outbox_due(self) -> datetime | None:
        """Return when the next entry is due, or None when nothing waits."""
        due: datetime | None = (await self.connection.execute(_NEXT_DUE)).scalar_one()
        return due

    async def outbox_backlog(self) -> tuple[int, datetime | None]:
        """Return how many entries wait, and since when the oldest does."""
        query = sa.select(sa.func.count(), sa.func.min(_outbox.c.created_at)).where(_outbox.c.settled_at.is_(None))
        count, oldest = (await self.connection.execute(query)).one()
        return count, oldest

    async def posted(self, request_id: str) -> list[Posted]:
        rows = await self.connection.execute(_POSTED, {"about": request_id})
        return [Posted(**row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it

    async def record_post(self, posted: Posted) -> None:
        row = {"request_id": posted.request_id, "role": posted.role}
        await self.upsert(_posted, row | {"channel": posted.channel, "ts": posted.ts, "version": posted.version})

    async def posted_at(self, channel: str, ts: str) -> str | None:
        """Return the id of the request whose message stands there."""
        query = sa.select(_posted.c.request_id).where(_posted.c.channel == channel, _posted.c.ts == ts)
        return (await self.connection.execute(query)).scalar_one_or_none()

    async def first_sight(self, delivery: str, now: datetime) -> bool:
        """Remember a delivery; False when it was seen before."""
        return await self.once(_deliveries, {"key": delivery, "at": now})

    async def seen(self, delivery: str) -> bool:
        return (await self.connection.execute(_SEEN, {"delivery": delivery})).first() is not None

    async def forget(self, before: datetime) -> None:
        """Drop what is only kept against redelivery, leases that ended long ago, and installations nobody ended."""
        await self.connection.execute(sa.delete(_deliveries).where(_deliveries.c.at < before))
        await self.connection.execute(sa.delete(_leases).where(_leases.c.until < before))
        naive = before.astimezone(UTC).replace(tzinfo=None)  # as slack_sdk has it
        await self.connection.execute(sa.delete(_states).where(_states.c.expire_at < naive))

    async def lease(self, name: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or renew a named lease, so that one process among many does a job."""
        statement = self.insert(_leases).values(name=self.named_here(name), holder=holder, until=until)
        statement = statement.on_conflict_do_update(
            index_elements=["name"],
            set_={"holder": holder, "until": until},
            where=sa.or_(_leases.c.holder == holder, _leases.c.until <= now),
        )
        return (await self.connection.execute(statement.returning(_leases.c.name))).first() is not None

    async def release(self, name: str, holder: str) -> None:
        """Give a named lease back before its time."""
        mine = (_leases.c.name == self.named_here(name), _leases.c.holder == holder)
        await self.connection.execute(sa.delete(_leases).where(*mine))
