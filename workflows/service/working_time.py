"""Working hours of people, each in their own time zone: pure."""

from datetime import UTC, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from workflows.policy import Reminders

LONGEST = timedelta(days=60)
"""How far back is counted: no request waits longer in any sensible policy."""


def zone_of(name: str) -> ZoneInfo | timezone:
    """Return the time zone with this name; UTC for one that nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def at_work(now: datetime, zone: ZoneInfo | timezone, terms: Reminders) -> bool:
    """Say whether it is a working hour of a working day there."""
    local = now.astimezone(zone)
    return local.weekday() in terms.days and terms.begins <= local.hour < terms.ends


def worked(since: datetime, now: datetime, zone: ZoneInfo | timezone, terms: Reminders) -> timedelta:
    """Return how much working time passed there between two moments."""
    since = max(since, now - LONGEST)
    day, last = since.astimezone(zone).date(), now.astimezone(zone).date()
    total = timedelta()
    while day <= last:
        if day.weekday() in terms.days:
            begin = datetime.combine(day, time(terms.begins), zone).astimezone(UTC)
            end = datetime.combine(day, time(), zone).replace(hour=terms.ends - 1).astimezone(UTC) + timedelta(hours=1)
            total += max(timedelta(), min(end, now) - max(begin, since))
        day += timedelta(days=1)
    return total
