"""What there is to tell of one account: pure."""

from dataclasses import dataclass
from datetime import date, timedelta

from workflows.budgets.accounts import Account
from workflows.budgets.anomaly import RECENT, Unusual, unusual
from workflows.budgets.forecast import Calendar, Foreseen, forecast_of, foresee
from workflows.budgets.thresholds import FORECAST, Crossing, Mark, Passed, crossing
from workflows.model import AlertKind, Forecast, Scope, Spike
from workflows.money import NANOS
from workflows.policy import Alerts

QUIET = timedelta(days=7)
"""How long after a spike another one of the same project is no news."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """Something to tell; ``spent`` is the month's nanodollars, ``also`` marks are passed with it and not told of."""

    kind: AlertKind
    mark: Mark
    period: date
    spent: int
    also: tuple[str, ...] = ()
    forecast: Forecast | None = None
    unusual: Unusual | None = None
    spike: Spike | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """``silent`` marks are passed without a word, ``rearmed`` and ``kept`` ones changed by a raise."""

    findings: tuple[Finding, ...] = ()
    silent: tuple[str, ...] = ()
    rearmed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.findings or self.silent or self.rearmed or self.kept)


CALM = Judgement()


def judge(account: Account, calendar: Calendar, passed: Passed, alerts: Alerts, last_spike: date | None) -> Judgement:
    """Return what is news of an account this month, given which marks it *passed* and its *last_spike*."""
    if not passed and not any(account.days[calendar.month - RECENT :]):
        return CALM
    spent = sum(account.days[calendar.month :])
    found = crossing(spent, account.limit, account.terms, passed)
    foreseen = _foreseen(account, calendar, spent) if alerts.forecast else None
    ahead = foreseen is not None and account.limit is not None and foreseen.is_above(account.limit)
    findings, silent = _news(account, calendar, found, spent, ahead=ahead and FORECAST not in passed, foreseen=foreseen)
    if alerts.spikes and account.scope is Scope.PROJECT:
        findings += _spike(account, calendar, alerts, last_spike)
    raised = _forecast_raised(account, passed)
    return Judgement(
        findings=findings,
        silent=silent,
        rearmed=found.rearmed + ((FORECAST,) if raised and not ahead else ()),
        kept=found.kept + ((FORECAST,) if raised and ahead else ()),
    )


def judge_past(account: Account, calendar: Calendar, passed: Passed) -> Judgement:
    """Return which thresholds a month that is over has reached, now that its last costs have come."""
    spent = sum(account.days[calendar.month :][: calendar.length])
    found = crossing(spent, account.limit, account.terms, passed)
    findings, silent = _news(account, calendar, found, spent, ahead=False, foreseen=None)
    return Judgement(findings=findings, silent=silent, rearmed=found.rearmed, kept=found.kept)


def _foreseen(account: Account, calendar: Calendar, spent: int) -> Foreseen | None:
    """Foresee the end of a month in which the limit can still be reached, by days like the largest of late."""
    limit, left = account.limit, calendar.month + calendar.length - calendar.whole
    if limit is None or not 0 <= spent < limit * NANOS:
        return None
    if spent + left * max(account.days[-28:]) < limit * NANOS:
        return None
    return foresee(account.days, calendar)


def _news(
    account: Account, calendar: Calendar, found: Crossing, spent: int, *, ahead: bool, foreseen: Foreseen | None
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Return what to tell of thresholds and the forecast, at most one thing, and what is passed without a word."""
    names = tuple(each.name for each in found.passed)
    top, kind = found.top, AlertKind.THRESHOLD
    if top is None and ahead:
        top, kind = Mark(name=FORECAST, cents=account.limit or 0), AlertKind.FORECAST
    elif top is not None and ahead:
        names += (FORECAST,)  # the threshold's card says it
    if top is None:
        return (), names
    finding = Finding(
        kind=kind,
        mark=top,
        period=calendar.day(calendar.month),
        spent=spent,
        also=tuple(each for each in names if each != top.name),
        forecast=forecast_of(account.days, calendar, foreseen, account.limit) if foreseen else None,
    )
    return (finding,), ()


def _forecast_raised(account: Account, passed: Passed) -> bool:
    before = passed.get(FORECAST)
    return before is not None and account.limit is not None and account.limit > before


def _spike(account: Account, calendar: Calendar, alerts: Alerts, last: date | None) -> tuple[Finding, ...]:
    found = unusual(account.days, calendar, alerts.smallest_spike)
    if found is None:
        return ()
    day = calendar.day(found.index)
    if last is not None and day - last < QUIET:
        return ()
    # The series begins with last month, to which a spike of the day before yesterday may belong.
    month = account.days[calendar.month :] if found.index >= calendar.month else account.days[: calendar.month]
    spike = found.spike(calendar)
    return (
        Finding(
            kind=AlertKind.ANOMALY,
            mark=Mark(name=f"spike {day}", cents=spike.usual),
            period=day.replace(day=1),
            spent=sum(month),
            unusual=found,
            spike=spike,
        ),
    )
