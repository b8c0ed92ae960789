"""What each UTC day cost, by project and line item, in billionths of a dollar; and as of when that was read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from workflows.store import tables
from workflows.store.snapshot import Snapshot

_costs, _reads, _limits, _projects = tables.costs, tables.cost_reads, tables.month_limits, tables.projects

DayCosts = Mapping[tuple[str, str], int]
"""Project id (empty: attributed to none) and line item → nanodollars of one day."""

AT_ONCE = 1000


@dataclass(frozen=True, kw_only=True)
class CostRead:
    """The last reading of the costs: days up to ``settled`` are final, ``problem`` says what could not be counted."""

    settled: date
    read_at: datetime
    problem: str = ""


class Costs(Snapshot):
    async def cost_read(self) -> CostRead | None:
        """Return how far the costs were read, None when they never were."""
        query = sa.select(_reads.c.settled, _reads.c.read_at, _reads.c.problem)
        row = (await self.connection.execute(query)).one_or_none()
        return CostRead(settled=row.settled, read_at=row.read_at, problem=row.problem) if row is not None else None

    async def record_cost_read(self, read: CostRead) -> None:
        await self.upsert(_reads, {"id": 1, **vars(read)})

    async def replace_costs(self, day: date, costs: DayCosts) -> int:
        """Make *costs* what is known of a day; returns how many rows that changed."""
        query = sa.select(_costs.c.project_id, _costs.c.line_item, _costs.c.nanos).where(_costs.c.day == day)
        stored = {(row.project_id, row.line_item): row.nanos for row in await self.connection.execute(query)}
        changed = [key for key, nanos in costs.items() if stored.get(key) != nanos]
        gone = [key for key in stored if key not in costs]
        rows = [
            {"day": day, "project_id": project_id, "line_item": item, "nanos": costs[project_id, item]}
            for project_id, item in changed
        ]
        statement = self.insert(_costs)
        statement = statement.on_conflict_do_update(
            index_elements=["day", "project_id", "line_item"], set_={"nanos": statement.excluded.nanos}
        )
        for begin in range(0, len(rows), AT_ONCE):
            await self.connection.execute(statement, rows[begin : begin + AT_ONCE])
        for project_id, item in gone:
            mine = (_costs.c.day == day, _costs.c.project_id == project_id, _costs.c.line_item == item)
            await self.connection.execute(sa.delete(_costs).where(*mine))
        return len(rows) + len(gone)

    async def spends(self, start: date, end: date) -> dict[str, list[int]]:
        """Return project id → nanodollars of each day from *start* to *end*, that day included."""
        found: dict[str, list[int]] = {}
        query = (
            sa.select(_costs.c.project_id, _costs.c.day, sa.func.sum(_costs.c.nanos).label("nanos"))
            .where(_costs.c.day >= start, _costs.c.day <= end, *self.of_projects_here(_costs.c.project_id))
            .group_by(_costs.c.project_id, _costs.c.day)
        )
        length = (end - start).days + 1
        for project_id, day, nanos in await self.connection.execute(query):
            found.setdefault(project_id, [0] * length)[(day - start).days] = int(nanos)
        return found

    async def line_items(self, project_ids: Sequence[str] | None, start: date, end: date) -> dict[str, list[int]]:
        """Return line item → nanodollars of each day from *start* to *end*, of these projects or (None) of all."""
        found: dict[str, list[int]] = {}
        query: sa.Select[Any] = (
            sa.select(_costs.c.line_item, _costs.c.day, sa.func.sum(_costs.c.nanos).label("nanos"))
            .where(_costs.c.day >= start, _costs.c.day <= end, *self.of_projects_here(_costs.c.project_id))
            .group_by(_costs.c.line_item, _costs.c.day)
        )
        if project_ids is not None:
            query = query.where(_costs.c.project_id.in_(project_ids))
        length = (end - start).days + 1
        for item, day, nanos in await self.connection.execute(query):
            found.setdefault(item, [0] * length)[(day - start).days] = int(nanos)
        return found

    async def newest_cost(self) -> date | None:
        """Return the newest day that cost something."""
        query = sa.select(_costs.c.day).where(_costs.c.nanos > 0).order_by(_costs.c.day.desc()).limit(1)
        day: date | None = (await self.connection.execute(query)).scalar_one_or_none()
        return day

    async def fill_spent(self, spent: Mapping[str, int], now: datetime) -> None:
        """Remember what every project has spent this month (cents), those that *spent* nothing included."""
        await self.connection.execute(sa.update(_projects).values(spent=0, spent_at=now))
        rows = [{"id": project_id, "spent": cents, "spent_at": now} for project_id, cents in spent.items()]
        await self.learn_projects(rows)

    async def month_limits(self, period: str) -> dict[str, int | None]:
        """Return project id → the limit in cents that was last known in that month."""
        query = sa.select(_limits.c.project_id, _limits.c.limit).where(_limits.c.period == period)
        return {row.project_id: row.limit for row in await self.connection.execute(query)}

    async def remember_limits(self, period: str, limits: Mapping[str, int | None]) -> None:
        statement = self.insert(_limits)
        statement = statement.on_conflict_do_update(
            index_elements=["project_id", "period"], set_={"limit": statement.excluded["limit"]}
        )
        rows = [{"project_id": each, "period": period, "limit": limit} for each, limit in limits.items()]
        for begin in range(0, len(rows), AT_ONCE):
            await self.connection.execute(statement, rows[begin : begin + AT_ONCE])
