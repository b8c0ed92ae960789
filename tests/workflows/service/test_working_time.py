"""Working time is counted in people's own days, over nights, weekends and changes of the clock."""

from datetime import UTC, datetime, timedelta

import pytest

from workflows.policy import Reminders
from workflows.service.working_time import at_work, worked, zone_of

TERMS = Reminders()
BERLIN = zone_of("Europe/Berlin")


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "now", "zone", "hours"),
    [
        pytest.param(at(23, 9), at(23, 13), UTC, 4, id="a-morning"),
        pytest.param(at(23, 5), at(23, 22), UTC, 8, id="a-day"),
        pytest.param(at(23, 16), at(24, 10), UTC, 2, id="over-night"),
        pytest.param(at(27, 16), at(30, 10), UTC, 2, id="over-a-weekend"),
        pytest.param(at(28, 9), at(29, 18), UTC, 0, id="a-weekend"),
        pytest.param(at(23, 7), at(23, 10), BERLIN, 2, id="in-berlin"),
        pytest.param(at(23, 9), at(23, 9), UTC, 0, id="no-time"),
        pytest.param(at(24, 9), at(23, 9), UTC, 0, id="backwards"),
        pytest.param(at(23, 14), at(23, 20), zone_of("America/New_York"), 6, id="in-new-york"),
        pytest.param(at(23, 9), at(23, 13), zone_of("Nowhere/Land"), 4, id="nowhere-is-utc"),
        pytest.param(at(26, 22, month=3), at(30, 8, month=3), BERLIN, 9, id="over-the-start-of-summer-time"),
    ],
)
def test_working_time_between_two_moments(since: datetime, now: datetime, zone: object, hours: int) -> None:
    assert worked(since, now, zone, TERMS) == timedelta(hours=hours)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("now", "working"),
    [(at(23, 8, 59), False), (at(23, 9), True), (at(23, 16, 59), True), (at(23, 17), False), (at(28, 12), False)],
)
def test_working_hours_begin_and_end(now: datetime, working: bool) -> None:  # noqa: FBT001 - a table of truths
    assert at_work(now, UTC, TERMS) is working


def test_a_working_day_may_end_at_midnight() -> None:
    night = Reminders(begins=20, ends=24)

    assert worked(at(23, 9), at(24, 9), UTC, night) == timedelta(hours=4)
    assert at_work(at(23, 23, 59), UTC, night)
