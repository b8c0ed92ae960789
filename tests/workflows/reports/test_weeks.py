"""A digest is due once a week by its reader's own calendar, at no hour that wakes anybody."""

from datetime import UTC, datetime, timedelta

import pytest

from workflows.policy import Digest
from workflows.reports.weeks import due_at, is_due, week_of, weeks_due
from workflows.service.working_time import zone_of

MONDAYS = Digest()


def local(text: str, zone: str) -> datetime:
    """Return a moment, given in UTC, by the clock on the wall of *zone*."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC).astimezone(zone_of(zone))


@pytest.mark.parametrize(
    ("moment", "zone", "due"),
    [
        ("2026-11-23 08:59", "UTC", False),
        ("2026-11-23 09:00", "UTC", True),
        ("2026-11-23 08:00", "Europe/Stockholm", True),
        ("2026-11-23 13:59", "America/New_York", False),
        ("2026-11-23 14:00", "America/New_York", True),
        ("2026-11-22 20:00", "Pacific/Auckland", True),
        ("2026-11-23 03:30", "Asia/Kolkata", True),
        ("2026-11-25 02:00", "UTC", False),  # missed on Monday, but nobody is woken for it
        ("2026-11-25 09:00", "UTC", True),
        ("2026-11-29 23:59", "UTC", True),
    ],
)
def test_it_is_due_from_nine_on_monday_where_its_reader_is(moment: str, zone: str, *, due: bool) -> None:
    assert is_due(local(moment, zone), MONDAYS) is due


def test_the_policy_chooses_day_and_hour() -> None:
    terms = Digest(weekday=3, hour=7)

    assert due_at(local("2026-11-23 12:00", "UTC"), terms) == datetime(2026, 11, 26, 7, tzinfo=UTC)
    assert not is_due(local("2026-11-25 12:00", "UTC"), terms)
    assert is_due(local("2026-11-26 07:00", "UTC"), terms)


def test_a_week_begins_on_monday_also_over_the_turn_of_the_year() -> None:
    assert week_of(local("2026-12-31 12:00", "UTC")) == week_of(local("2027-01-03 12:00", "UTC")) == "2026-W53"
    assert week_of(local("2027-01-04 12:00", "UTC")) == "2027-W01"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Asia/Kathmandu", "America/St_Johns", "Pacific/Midway", "UTC"])
def test_whatever_is_due_for_somebody_is_due_somewhere(zone: str) -> None:
    for hours in range(24 * 8):
        now = datetime(2026, 11, 21, 0, 30, tzinfo=UTC) + timedelta(hours=hours)
        here = now.astimezone(zone_of(zone))
        assert not is_due(here, MONDAYS) or week_of(here) in weeks_due(now, MONDAYS)


@pytest.mark.parametrize("unknown", ["", "Mars/Olympus", "../../etc/passwd", "UTC\0"])
def test_a_zone_that_nobody_knows_is_utc(unknown: str) -> None:
    assert zone_of(unknown).utcoffset(datetime(2026, 7, 1, tzinfo=UTC)) == timedelta(0)


def test_the_clocks_going_back_move_nothing() -> None:
    assert is_due(local("2026-10-26 08:00", "Europe/Stockholm"), MONDAYS)
    assert not is_due(local("2026-10-26 07:00", "Europe/Stockholm"), MONDAYS)
