"""What the month will cost in the end, and on which day the limit is reached: pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from math import sqrt

from workflows.budgets.pace import Pace, pace_of
from workflows.model import Forecast
from workflows.money import NANOS, from_nanos

LIKELY = 1.28
"""Deviations to either side that hold four outcomes out of five."""

DRIFT = 1.0
"""How unsure the level itself is: the variance of its error, in those of a single day (``tests/bench`` tuned it)."""

SURE = 1.0
"""Deviations by which the forecast must be above the limit before anybody is warned (``tests/bench`` tuned it)."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """Which days a series of spends holds: it begins on ``start`` and ends with ``today``.

    ``month`` is the index of the first day of the watched month, ``length`` the number of its days; days from the index
    ``whole`` on still grow.
    """

    start: date
    today: date
    whole: int
    month: int
    length: int

    def weekday(self, index: int) -> int:
        return (self.start.weekday() + index) % 7

    def day(self, index: int) -> date:
        return self.start + timedelta(days=index)

    @property
    def last(self) -> date:
        """The last day of the watched month that has come."""
        return min(self.today, self.day(self.month + self.length - 1))


@dataclass(frozen=True, kw_only=True, slots=True)
class Foreseen:
    """What is still to come, in nanodollars: ``rest`` of each day of the month from the first that still grows."""

    spent: int
    rest: Sequence[float]
    deviations: Sequence[float]

    @property
    def end(self) -> float:
        return self.spent + sum(self.rest)

    def is_above(self, limit: int) -> bool:
        """Say whether the month will end at *limit* (cents) or above, with enough certainty to disturb somebody."""
        return self.end - SURE * self.deviations[-1] >= limit * NANOS


def foresee(days: Sequence[int], calendar: Calendar) -> Foreseen | None:
    """Foresee the end of the month; None for a project too young, and for a month that is over."""
    end = calendar.month + calendar.length
    pace = pace_of(days[: calendar.whole], calendar.weekday(0))
    if pace is None or len(days) > end:
        return None
    growing = range(max(calendar.whole, calendar.month), end)
    shape = [pace.shape[calendar.weekday(index)] for index in growing]
    seen = [*days[growing.start :], *[0] * (end - len(days))]
    rest = [max(0.0, pace.level * factor - spent) for factor, spent in zip(shape, seen, strict=True)]
    return Foreseen(spent=sum(days[calendar.month :]), rest=rest, deviations=_deviations(pace, shape))


def _deviations(pace: Pace, shape: Sequence[float]) -> list[float]:
    """Return how far the sum up to each day may stray: by chance day by day, and because the level is not known."""
    squares = accumulate(each * each for each in shape)
    weights = accumulate(shape)
    return [
        pace.spread * sqrt(square + DRIFT * weight * weight) for square, weight in zip(squares, weights, strict=True)
    ]


def forecast_of(days: Sequence[int], calendar: Calendar, foreseen: Foreseen, limit: int | None) -> Forecast:
    """Put what was foreseen into cents, with the day on which *limit* (cents) is reached."""
    end, deviation = foreseen.end, LIKELY * foreseen.deviations[-1]
    return Forecast(
        end=from_nanos(round(end)),
        low=from_nanos(round(max(end - deviation, foreseen.spent))),
        high=from_nanos(round(end + deviation)),
        hits_on=_hit(days, calendar, foreseen, limit) if limit is not None else None,
    )


def _hit(days: Sequence[int], calendar: Calendar, foreseen: Foreseen, limit: int) -> date | None:
    """Return the first day of the month at whose end *limit* will have been reached."""
    first = calendar.month + calendar.length - len(foreseen.rest)
    sums = (*accumulate(days[calendar.month : first]), *path(days, calendar, foreseen))
    reached = (index for index, spent in enumerate(sums, calendar.month) if spent >= limit * NANOS)
    return next(map(calendar.day, reached), None)


def path(days: Sequence[int], calendar: Calendar, foreseen: Foreseen) -> list[float]:
    """Return the cumulative nanodollars at the end of each day of the month, from the first that still grows."""
    first = calendar.month + calendar.length - len(foreseen.rest)
    before = sum(days[calendar.month : first])
    seen = [*days[first:], *[0] * (calendar.length - (len(days) - calendar.month))]
    return [before + sum_ for sum_ in accumulate(map(sum, zip(seen, foreseen.rest, strict=True)))]
