"""Reads what every project cost, all projects in one call chain; the one place that reads costs.

The newest days are read again each time, because they still grow. The first reading begins with last month; one after a
downtime with the first day that was not final.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta

import structlog

from workflows.admin_api import AdminAPI, Cost
from workflows.budgets.months import first_of, month_before, utc_day
from workflows.budgets.turn import Turn
from workflows.money import from_nanos, nanos
from workflows.store import Database, UnitOfWork
from workflows.store.costs import CostRead, DayCosts

EVERY = timedelta(minutes=10)
GROWING = timedelta(days=3)
"""How long after its end a day may still grow; OpenAI says nothing about it."""

FURTHEST = timedelta(days=180)
MOST = 1_000_000_000
"""Dollars that one line item can cost in a day. More is a fault that would drown everything else."""

DOLLARS = "usd"
log = structlog.get_logger(__name__)


class Collector:
    """``now`` is the clock (UTC), ``every`` how old costs become before they are read again."""

    def __init__(
        self,
        *,
        api: AdminAPI,
        database: Database,
        turn: Turn,
        now: Callable[[], datetime],
        every: timedelta = EVERY,
    ) -> None:
        self._every = every
        self._api = api
        self._database = database
        self._turn = turn
        self._now = now

    async def collect_due(self) -> bool:
        """Read the costs unless that was done a moment ago; says whether it did. Raises ``AdminAPIError``."""
        async with self._database.read() as work:
            read = await work.cost_read()
        now = self._now()
        # A reading in the future was made by a clock that was wrong: it is no reason to wait for that time.
        if read is not None and read.read_at <= now < read.read_at + self._every:
            return False
        await self._collect(read, now)
        return True

    async def _collect(self, read: CostRead | None, now: datetime) -> None:
        today = utc_day(now)
        start = _first_unsettled(read, today)
        costs = await self._api.costs(_midnight(start, now), now + timedelta(microseconds=1))
        days, problem = by_day(costs, start, today)
        for day, found in days.items():
            if not found and read is None:
                continue  # nothing is stored yet that could have to go
            async with self._turn.writing() as work:
                await work.replace_costs(day, found)
        async with self._turn.writing() as work:
            await _fill_spent(work, now)
            await work.record_cost_read(CostRead(settled=today - GROWING, read_at=now, problem=problem))


def _first_unsettled(read: CostRead | None, today: date) -> date:
    """Return from which day on costs are to be read."""
    growing = today - GROWING + timedelta(days=1)
    if read is None:
        return month_before(today)
    return max(min(read.settled + timedelta(days=1), growing), today - FURTHEST)


def _midnight(day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=now.tzinfo)


def by_day(costs: Iterable[Cost], start: date, today: date) -> tuple[Mapping[date, DayCosts], str]:
    """Return what each day from *start* to *today* cost, and a sentence about what could not be counted."""
    days: dict[date, dict[tuple[str, str], int]] = {
        start + timedelta(days=index): {} for index in range((today - start).days + 1)
    }
    odd: set[str] = set()
    for cost in costs:
        day = days.get(cost.day)
        if day is None:
            continue
        if cost.currency != DOLLARS or abs(cost.amount) > MOST:
            odd.add(cost.project_id or "no project")
            continue
        key = (cost.project_id or "", cost.line_item or "")
        day[key] = day.get(key, 0) + nanos(cost.amount)
    if not odd:
        return days, ""
    problem = f"Costs that are not in US dollars, or cannot be true, are left out for {', '.join(sorted(odd)[:5])}."
    log.warning("costs_left_out", problem=problem)
    return days, problem


async def _fill_spent(work: UnitOfWork, now: datetime) -> None:
    """Tell the snapshot what each project has spent this month."""
    today = utc_day(now)
    spends = await work.spends(first_of(today), today)
    await work.fill_spent({each: from_nanos(sum(days)) for each, days in spends.items() if each}, now)
