"""When a digest is due, week by week of its reader's own calendar: pure."""

from datetime import datetime, timedelta, timezone

from workflows.policy import Digest


def week_of(local: datetime) -> str:
    """Return the week of a moment, in its own time zone, as ISO 8601 numbers it: ``2026-W48``, from its Monday on."""
    year, week, _ = local.isocalendar()
    return f"{year}-W{week:02}"


def due_at(local: datetime, terms: Digest) -> datetime:
    """Return when, in the week of *local* and its time zone, the digest is due."""
    monday = local - timedelta(days=local.weekday())
    day = monday + timedelta(days=terms.weekday)
    return day.replace(hour=terms.hour, minute=0, second=0, microsecond=0)


def is_due(local: datetime, terms: Digest) -> bool:
    """Say whether it is time, on the day itself or later in the week; never before the hour: it would wake people."""
    return local >= due_at(local, terms) and local.hour >= terms.hour


def weeks_due(now: datetime, terms: Digest) -> frozenset[str]:
    """Return the weeks whose digest is due now somewhere in the world."""
    hours = range(-12, 15)
    somewhere = (now.astimezone(timezone(timedelta(hours=each))) for each in hours)
    return frozenset(week_of(local) for local in somewhere if is_due(local, terms))
