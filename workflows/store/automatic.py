"""What rules approved by themselves, and the breaker that stops them."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from workflows.store import tables
from workflows.store.section import Section

_approvals, _breakers = tables.auto_approvals, tables.breakers
SKEW = timedelta(minutes=10)
"""How far the clocks of two processes may be apart: a breaker that one opened holds for the other too."""


class Automatic(Section):
    async def note_auto(
        self, request_id: str, rule: str, project_id: str, cents: int, at: datetime, *, counts: bool
    ) -> None:
        """Remember an approval by a rule; ``counts``: it brings the breaker nearer."""
        row = {"request_id": request_id, "rule": rule, "project_id": project_id, "cents": cents, "counts": counts}
        await self.connection.execute(sa.insert(_approvals).values(**row, at=at, workspace=self.workspace or ""))

    async def auto_used(self, rule: str, project_id: str, since: datetime) -> tuple[int, int]:
        """Return how many requests a rule approved for a project since then, and their cents together."""
        mine = (_approvals.c.rule == rule, _approvals.c.project_id == project_id, _approvals.c.at >= since)
        query = sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(_approvals.c.cents), 0)).where(*mine)
        query = self.here(query, _approvals)
        count, cents = (await self.connection.execute(query)).one()
        return int(count), int(cents)

    async def auto_count(self, since: datetime) -> int:
        """Return how many approvals since then, and since it was last open, bring the breaker nearer."""
        until = self.here(sa.select(_breakers.c.until), _breakers)
        last = await self.connection.execute(until.order_by(_breakers.c.until.desc()).limit(1))
        reset = last.scalar_one_or_none()
        begin = max(since, reset) if reset is not None else since
        query = sa.select(sa.func.count()).where(_approvals.c.at > begin, _approvals.c.counts.is_(True))
        query = self.here(query, _approvals)
        return int((await self.connection.execute(query)).scalar_one())

    async def breaker_until(self, now: datetime) -> datetime | None:
        """Return until when no rule approves by itself, None while they do."""
        standing = (_breakers.c.at <= now + SKEW, _breakers.c.until > now, *self.of_workspace(_breakers))
        query = sa.select(_breakers.c.until).where(*standing).order_by(_breakers.c.until.desc()).limit(1)
        until: datetime | None = (await self.connection.execute(query)).scalar_one_or_none()
        return until

    async def close_breaker(self, now: datetime) -> bool:
        """Let rules approve by themselves again; False when they do already."""
        standing = (_breakers.c.at <= now + SKEW, _breakers.c.until > now, *self.of_workspace(_breakers))
        statement = sa.update(_breakers).where(*standing).values(until=now)
        return (await self.connection.execute(statement)).rowcount > 0

    async def open_breaker(self, now: datetime, until: datetime) -> None:
        """Let no rule approve by itself for a while."""
        last = (await self.connection.execute(sa.select(sa.func.max(_breakers.c.number)))).scalar() or 0
        row = {"number": last + 1, "at": now, "until": until, "workspace": self.workspace or ""}
        await self.connection.execute(sa.insert(_breakers).values(**row))
