"""One day that cost far more than such days do: pure.

What is usual is the largest of what the last four weeks say (their median, the median of the same weekday, the same day
of last month), so that a job of every Monday or of every first is none; and of the last week's median, so that a new
level is told of once and then is the usual one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median

from workflows.budgets.forecast import Calendar
from workflows.budgets.months import month_before
from workflows.budgets.pace import NORMAL
from workflows.model import Spike
from workflows.money import NANOS, from_nanos

WINDOW = 28
GROWN = 14
"""Days since the first spend before which a project is too young to have a usual day."""

TIMES = 3.0
STRAYS = 6.0
"""Both tuned by ``tests/bench``. Deviations above the usual; a project whose days differ much needs a larger rise."""

RECENT = 3
"""Days that are looked at, today included: costs arrive late. What is older is no news."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Unusual:
    """The day at *index*, in nanodollars."""

    index: int
    spent: int
    usual: int

    def spike(self, calendar: Calendar) -> Spike:
        return Spike(day=calendar.day(self.index), spent=from_nanos(self.spent), usual=from_nanos(self.usual))


def unusual(days: Sequence[int], calendar: Calendar, smallest: int) -> Unusual | None:
    """Return the first of the recent days that rose unusually, by at least *smallest* cents. A day can only grow."""
    for index in range(max(len(days) - RECENT, GROWN), len(days)):
        if days[index] < smallest * NANOS:
            continue
        found = _judge(days, index, calendar, smallest * NANOS)
        if found is not None:
            return found
    return None


def _judge(days: Sequence[int], index: int, calendar: Calendar, smallest: int) -> Unusual | None:
    begun = next(each for each, spent in enumerate(days) if spent > 0)
    if index - begun < GROWN:
        return None
    window = days[max(begun, index - WINDOW) : index]
    middle = median(window)
    usual = max(middle, median(window[-7:]), median(window[-7::-7]), _a_month_ago(days, index, calendar))
    stray = median(abs(each - middle) for each in window)
    bound = max(usual * TIMES, usual + STRAYS * NORMAL * stray, usual + smallest)
    return Unusual(index=index, spent=days[index], usual=round(usual)) if days[index] >= bound else None


def _a_month_ago(days: Sequence[int], index: int, calendar: Calendar) -> int:
    """Return what the same day of last month cost, 0 where there is none."""
    day = calendar.day(index)
    before = month_before(day) + timedelta(days=day.day - 1)
    place = (before - calendar.start).days
    return days[place] if place >= 0 and before.month != day.month else 0
