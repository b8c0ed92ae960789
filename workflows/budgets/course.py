"""The course of a month: what was spent by each day of it, where that leads, and what last month was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

from workflows.budgets.forecast import LIKELY, Calendar, Foreseen, forecast_of, foresee, path
from workflows.budgets.months import first_day, length_of, utc_day
from workflows.budgets.watch import calendar_of
from workflows.model import Forecast
from workflows.money import from_nanos


@dataclass(frozen=True, kw_only=True)
class Course:
    """Cents at the end of each UTC day, as ``AlertDossier`` has them; ``forecast`` is None when nothing is foreseen."""

    month: tuple[int, ...]
    last_month: tuple[int, ...]
    path: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    forecast: Forecast | None


def calendar_in(period: str, as_of: datetime) -> Calendar:
    """Return the days of the month *period* and the one before it, as far as they were read."""
    first = first_day(period)
    last = first + timedelta(days=length_of(first) - 1)
    return calendar_of(max(first, min(utc_day(as_of), last)), as_of)


def course_of(days: Sequence[int], calendar: Calendar, as_of: datetime, limit: int | None) -> Course:
    """Return the course of nanodollars a day; a month that is over at *as_of* has nothing ahead. Pure."""
    foreseen = foresee(days, calendar) if utc_day(as_of) == calendar.today else None
    ahead = path(days, calendar, foreseen) if foreseen else []
    low, high = _band(ahead, foreseen, sum(days[calendar.month :])) if foreseen else ([], [])
    return Course(
        month=_cents(accumulate(days[calendar.month :])),
        last_month=_cents(accumulate(days[: calendar.month])),
        path=_cents(ahead),
        low=_cents(low),
        high=_cents(high),
        forecast=forecast_of(days, calendar, foreseen, limit) if foreseen else None,
    )


def _band(ahead: Sequence[float], foreseen: Foreseen, spent: int) -> tuple[list[float], list[float]]:
    """Return what holds four outcomes out of five; nobody gets back what is spent."""
    strays = list(zip(ahead, foreseen.deviations, strict=True))
    return [max(day - LIKELY * by, min(day, spent)) for day, by in strays], [day + LIKELY * by for day, by in strays]


def _cents(sums: Iterable[float]) -> tuple[int, ...]:
    return tuple(from_nanos(round(each)) for each in sums)


def added_up(items: Iterable[Sequence[int]], calendar: Calendar) -> Sequence[int]:
    """Return the sum of several series of days."""
    series = list(items)
    return (
        [sum(day) for day in zip(*series, strict=True)]
        if series
        else [0] * ((calendar.today - calendar.start).days + 1)
    )
