"""Months as OpenAI bills them: whole, in UTC."""

import calendar
from datetime import UTC, date, datetime, timedelta


def utc_day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()


def period_of(day: date) -> str:
    """Return the month of *day* as ``2026-11``."""
    return f"{day:%Y-%m}"


def first_of(day: date) -> date:
    return day.replace(day=1)


def month_before(day: date) -> date:
    """Return the first day of the month before that of *day*."""
    return first_of(first_of(day) - timedelta(days=1))


def length_of(day: date) -> int:
    """Return how many days the month of *day* has."""
    return calendar.monthrange(day.year, day.month)[1]


def first_day(period: str) -> date:
    """Return the first day of a month given as ``2026-11``."""
    return date.fromisoformat(f"{period}-01")
