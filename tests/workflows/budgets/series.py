"""Made-up spends: weeks of a given shape, in nanodollars, ending today."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from workflows.budgets.forecast import Calendar
from workflows.budgets.watch import calendar_of
from workflows.money import NANOS

OFFICE = (100, 100, 100, 100, 100, 20, 20)
EVERY_DAY = (100,) * 7


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


def spends(
    today: date, week: Sequence[float] = EVERY_DAY, *, young: int = 0, odd: Mapping[str, float] | None = None
) -> tuple[list[int], Calendar]:
    """Return the dollars of *week* (Monday first) for each day, and their calendar; today only half of it.

    With *young* the first spend was so many days ago. *odd* are other dollars for days by their date, like ``11-20``.
    """
    calendar = calendar_of(today, noon(today))
    days = []
    for index in range((today - calendar.start).days + 1):
        day = calendar.start + timedelta(days=index)
        dollars = week[day.weekday()] / (2 if day == today else 1)
        if young and index < (today - calendar.start).days - young:
            dollars = 0
        days.append(round((odd or {}).get(f"{day:%m-%d}", dollars) * 100 * NANOS))
    return days, calendar
