"""Judges every account by the costs that are stored, and writes down what people must be told, each thing once."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import structlog

from workflows.budgets.accounts import Account, Spends, account_of, accounts_of
from workflows.budgets.forecast import Calendar
from workflows.budgets.judging import QUIET, Judgement, judge, judge_past
from workflows.budgets.keys import Keys
from workflows.budgets.months import first_of, length_of, month_before, period_of, utc_day
from workflows.budgets.telling import Teller
from workflows.budgets.thresholds import Passed
from workflows.budgets.turn import Turn
from workflows.model import AlertKind, Project, Scope
from workflows.organization import FRESH, Organization
from workflows.policy import Alerts
from workflows.store import Database
from workflows.store.alerts import Subject
from workflows.store.costs import CostRead

LATE = timedelta(hours=6)
"""How long after its end a day's costs may still be far from whole."""

GRACE = 3
"""Days into a month on which the month before is still judged: its last costs have come by then."""

AT_ONCE = 100
"""Accounts judged before others in this process get their turn: nobody's click waits for a sum."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """Everything that is stored and judged, of one moment."""

    read: CostRead
    calendar: Calendar
    projects: list[Project]
    spends: Spends
    passed: Mapping[Subject, Passed]
    limits: Mapping[str, int | None]
    last_spikes: Mapping[Subject, date]

    @property
    def period(self) -> str:
        return period_of(self.calendar.today)

    @property
    def mark(self) -> object:
        """What changes whenever there may be something new to judge."""
        return (
            self.read,
            self.calendar,
            [(each.id, each.limit, each.seen_at is None, each.archived) for each in self.projects],
        )


class Watch:
    """``now`` is the clock (UTC)."""

    def __init__(
        self,
        *,
        organization: Organization,
        database: Database,
        alerts: Callable[[], Alerts],
        keys: Keys,
        turn: Turn,
        now: Callable[[], datetime],
    ) -> None:
        self._organization = organization
        self._database = database
        self._alerts = alerts
        self._turn = turn
        self._now = now
        self._keys = keys
        self._teller = Teller(alerts=alerts, keys=keys, turn=turn, now=now)
        self._judged: object = None

    async def judge_all(self) -> int:
        """Judge every account if anything changed since the last time; returns how many alerts that made."""
        seen = await self._look()
        if seen is None or seen.mark == self._judged:
            return 0
        self._keys.begin()
        told = await self._judge_past(seen) if seen.calendar.today.day <= GRACE else 0
        told += await self._judge(seen)
        await self._remember_limits(seen)
        self._judged = seen.mark
        return told

    async def _look(self) -> Seen | None:
        """Read what there is; None before the first costs came, and while the clock is behind them."""
        today = utc_day(self._now())
        start = month_before(today)
        async with self._database.read() as work:
            read, newest = await work.cost_read(), await work.newest_cost()
            if read is None or (newest is not None and newest > today + timedelta(days=1)):
                if read is not None:
                    log.warning("clock_is_behind", newest_cost=str(newest), today=str(today))
                return None
            spikes = await work.alerts_since(self._now() - QUIET - timedelta(days=GRACE), AlertKind.ANOMALY)
            return Seen(
                read=read,
                calendar=calendar_of(today, min(read.read_at, self._now())),
                projects=await work.projects(),
                spends=await work.spends(start, today),
                passed=await work.passed_marks(period_of(today)),
                limits=await work.month_limits(period_of(today)),
                last_spikes={(each.scope, each.subject): each.spike.day for each in spikes if each.spike},
            )

    async def _judge(self, seen: Seen) -> int:
        told = 0
        async for account in _in_turns(self._accounts(seen, seen.projects)):
            judgement = self._judgement(account, seen)
            if _needs_limit(account, judgement, self._now()):
                account = await self._with_fresh_limit(account)  # noqa: PLW2901 - the same account, known better
                judgement = self._judgement(account, seen)
            if judgement.changes:
                told += await self._teller.tell(account, judgement, seen.period, seen.read.read_at, seen.calendar)
        return told

    def _accounts(self, seen: Seen, projects: list[Project]) -> Iterator[Account]:
        length = (seen.calendar.today - seen.calendar.start).days + 1
        return accounts_of(projects, seen.spends, length, self._alerts())

    def _judgement(self, account: Account, seen: Seen) -> Judgement:
        subject = (account.scope, account.subject)
        return judge(
            account, seen.calendar, seen.passed.get(subject, {}), self._alerts(), seen.last_spikes.get(subject)
        )

    async def _with_fresh_limit(self, account: Account) -> Account:
        """Ask for a project's limit before anybody is alarmed; when OpenAI is away, the last one known must do."""
        project = await self._organization.look_again(account.subject)
        if project is None:
            return account
        known = account_of(project, account.days, self._alerts())
        return replace(known, limit=None, limit_as_of=self._now()) if project.archived else known

    async def _judge_past(self, seen: Seen) -> int:
        """Judge last month by its last costs, against the limits that it ended with."""
        calendar = seen.calendar
        month = replace(calendar, month=0, length=calendar.month)
        period = period_of(calendar.start)
        async with self._database.read() as work:
            limits, passed = await work.month_limits(period), await work.passed_marks(period)
        projects = [replace(each, limit=limits[each.id]) for each in seen.projects if each.id in limits]
        told = 0
        async for account in _in_turns(self._accounts(seen, projects)):
            judgement = judge_past(account, month, passed.get((account.scope, account.subject), {}))
            if judgement.changes:
                told += await self._teller.tell(account, judgement, period, seen.read.read_at, month)
        return told

    async def _remember_limits(self, seen: Seen) -> None:
        """Keep each limit for the time when the month is over and its last costs come."""
        async with self._database.read() as work:
            projects = await work.projects()
        known = {each.id: each.limit for each in projects if each.seen_at is not None and not each.archived}
        changed = {
            each: limit for each, limit in known.items() if each not in seen.limits or seen.limits[each] != limit
        }
        if changed:
            async with self._turn.writing() as work:
                await work.remember_limits(seen.period, changed)


def calendar_of(today: date, read_at: datetime) -> Calendar:
    """Return the days from the beginning of last month to *today*; those are whole that ended well before *read_at*."""
    start = month_before(today)
    whole = (utc_day(read_at - LATE) - start).days
    month = (first_of(today) - start).days
    return Calendar(
        start=start, today=today, whole=max(0, min(whole, (today - start).days)), month=month, length=length_of(today)
    )


def _needs_limit(account: Account, judgement: Judgement, now: datetime) -> bool:
    """Say whether what is found hangs on a project's limit that may have been changed at the dashboard since."""
    if account.scope is not Scope.PROJECT or account.limit is None:
        return False
    hangs = any(each.kind is not AlertKind.ANOMALY for each in judgement.findings)
    return hangs and (account.limit_as_of is None or not timedelta(0) <= now - account.limit_as_of <= FRESH)


async def _in_turns(accounts: Iterator[Account]) -> AsyncIterator[Account]:
    for index, account in enumerate(accounts):
        if index % AT_ONCE == 0:
            await asyncio.sleep(0)
        yield account
