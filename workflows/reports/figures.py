"""Reads what reports are made of; every figure comes from the database and says as of when it was read."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from workflows.budgets.forecast import Calendar
from workflows.budgets.months import first_day, length_of, month_before, period_of, utc_day
from workflows.budgets.watch import calendar_of
from workflows.commitment import Commitment
from workflows.errors import Refusal
from workflows.model import Project, Request, Scope
from workflows.policy import Alerts
from workflows.reports.commitments import Commitments, commitments_of
from workflows.reports.digest import Digest, digest_of
from workflows.reports.month import spelled
from workflows.reports.raises import Raise, raises_of
from workflows.reports.showback import Showback, showback_of
from workflows.store import Database, UnitOfWork
from workflows.store.costs import CostRead

NOT_READ = "No costs were read from OpenAI yet. They come a few minutes after the worker was started."
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True)
class Week:
    """Everything that digests are made of, of one moment; ``spends`` are nanodollars of each of the calendar's days."""

    now: datetime
    calendar: Calendar
    read: CostRead
    projects: Sequence[Project]
    spends: Mapping[str, Sequence[int]]
    passed: Mapping[str, Sequence[str]]
    raises: Sequence[Raise]

    def digest(self, projects: Sequence[Project], waiting: Sequence[Request]) -> Digest:
        return digest_of(
            projects,
            self.spends,
            self.passed,
            self.raises,
            waiting,
            self.calendar,
            self.read.read_at,
            self.now,
            problem=self.read.problem,
        )


class Figures:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, database: Database, alerts: Callable[[], Alerts], now: Callable[[], datetime]) -> None:
        self._database = database
        self._alerts = alerts
        self._now = now

    async def showback(self, period: str) -> Showback:
        """Return what a month cost. Raises ``Refusal`` for one of which nothing is known."""
        first = first_day(period)
        last = first + timedelta(days=length_of(first) - 1)
        async with self._database.read() as work:
            read = await _read(work)
            spends = await work.spends(first, last)
            projects, limits = await work.projects(), await work.month_limits(period)
        if not any(any(days) for days in spends.values()):
            raise Refusal(f"No costs of {spelled(period)} are known.")
        if period == period_of(utc_day(self._now())):
            limits = {each.id: each.limit for each in projects}
        return showback_of(
            period,
            {each: sum(days) for each, days in spends.items()},
            projects,
            limits,
            as_of=read.read_at,
            final=read.settled >= last,
            problem=read.problem,
        )

    async def raises(self, period: str | None = None) -> list[Raise]:
        """Return the ledger of temporary raises, or its part that stood in a month, the latest first."""
        since = datetime.combine(first_day(period), time(), UTC) if period else BEGINNING
        async with self._database.read() as work:
            return raises_of(await work.raises(since), period)

    async def commitments(self, whole: Commitment) -> Commitments:
        """Return what the limits of each cost centre add up to; *whole* is the organisation's.

        Those of all workspaces: they have one organisation's limit together.
        """
        now = self._now()
        start, today = month_before(utc_day(now)), utc_day(now)
        async with self._database.of_all().read() as work:
            read, projects, spends = await work.cost_read(), await work.projects(), await work.spends(start, today)
        as_of = read.read_at if read is not None else None
        calendar = calendar_of(today, min(as_of or now, now))
        # Beside the event loop: a sum over thousands of projects must keep nobody's click waiting.
        return await asyncio.to_thread(commitments_of, whole, projects, spends, calendar, self._alerts(), as_of)

    async def week(self) -> Week | None:
        """Return what digests are made of now; None before costs were read, and while the clock is behind them."""
        now = self._now()
        today = utc_day(now)
        async with self._database.read() as work:
            read, newest = await work.cost_read(), await work.newest_cost()
            if read is None or (newest is not None and newest > today + timedelta(days=1)):
                return None
            passed = await work.passed_marks(period_of(today))
            return Week(
                now=now,
                calendar=calendar_of(today, min(read.read_at, now)),
                read=read,
                projects=await work.projects(),
                spends=await work.spends(month_before(today), today),
                passed={subject: tuple(marks) for (scope, subject), marks in passed.items() if scope is Scope.PROJECT},
                raises=raises_of(await work.raises(now)),
            )


async def _read(work: UnitOfWork) -> CostRead:
    read = await work.cost_read()
    if read is None:
        raise Refusal(NOT_READ)
    return read
