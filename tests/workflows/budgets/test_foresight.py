"""The month's end, the day the limit is hit, what is unusual and what drove it; nothing of it needs a database."""

from collections.abc import Mapping, Sequence
from datetime import date

import pytest

from tests.workflows.budgets.series import EVERY_DAY, OFFICE, spends
from workflows.budgets.anomaly import unusual
from workflows.budgets.drivers import driver_of_month, driver_of_rise
from workflows.budgets.forecast import forecast_of, foresee, path
from workflows.model import Driver, Forecast
from workflows.money import NANOS

MONDAY = date(2026, 11, 16)
SMALLEST = 20_00
DOLLAR = 100 * NANOS


def forecast(
    today: date, week: Sequence[float], limit: int | None = None, odd: Mapping[str, float] | None = None
) -> Forecast | None:
    days, calendar = spends(today, week, odd=odd)
    foreseen = foresee(days, calendar)
    return forecast_of(days, calendar, foreseen, limit) if foreseen else None


@pytest.mark.parametrize(
    ("week", "month"),
    [pytest.param(EVERY_DAY, 3_000, id="every day alike"), pytest.param(OFFICE, 2_280, id="quiet weekends")],
)
@pytest.mark.parametrize("day", [6, 13, 16, 21, 28])
def test_a_steady_months_end_is_foreseen_within_five_percent(week: Sequence[float], month: int, day: int) -> None:
    foreseen = forecast(date(2026, 11, day), week)

    assert foreseen is not None
    assert foreseen.end == pytest.approx(month * 100, rel=0.05)


def test_the_day_on_which_the_limit_is_hit_is_named() -> None:
    foreseen = forecast(MONDAY, EVERY_DAY, 2_050_00)

    assert foreseen is not None
    assert foreseen.hits_on == date(2026, 11, 21)


def test_a_limit_that_was_hit_before_has_its_day_in_the_past() -> None:
    foreseen = forecast(MONDAY, EVERY_DAY, 1_000_00)

    assert foreseen is not None
    assert foreseen.hits_on == date(2026, 11, 10)


def test_a_limit_that_is_enough_is_not_hit() -> None:
    foreseen = forecast(MONDAY, EVERY_DAY, 4_000_00)

    assert foreseen is not None
    assert foreseen.hits_on is None


def test_one_odd_day_does_not_move_the_forecast_much() -> None:
    usual, odd = forecast(MONDAY, EVERY_DAY), forecast(MONDAY, EVERY_DAY, odd={"11-14": 5_000})

    assert usual is not None
    assert odd is not None
    assert odd.end - 4_900_00 == pytest.approx(usual.end, rel=0.2)


def test_a_new_level_is_the_level_within_a_week() -> None:
    launch = {f"11-{day:02}": 400.0 for day in range(10, 17)}
    foreseen = forecast(MONDAY, EVERY_DAY, odd=launch)

    assert foreseen is not None
    assert foreseen.end == pytest.approx((900 + 21 * 400) * 100, rel=0.2)


@pytest.mark.parametrize("young", [0, 1, 3])
def test_nothing_is_foreseen_of_a_project_too_young(young: int) -> None:
    days, calendar = spends(MONDAY, EVERY_DAY, young=young)
    if not young:
        days = [0] * len(days)

    assert foresee(days, calendar) is None


def test_a_series_of_credits_is_foreseen_as_no_spend() -> None:
    days, calendar = spends(MONDAY, EVERY_DAY)
    foreseen = foresee([abs(each) if index < 40 else -abs(each) for index, each in enumerate(days)], calendar)

    assert foreseen is not None
    assert all(each >= 0 for each in foreseen.rest)


def test_the_path_leads_from_what_is_spent_to_the_months_end() -> None:
    days, calendar = spends(MONDAY, OFFICE)
    foreseen = foresee(days, calendar)

    assert foreseen is not None
    ahead = path(days, calendar, foreseen)
    assert ahead == sorted(ahead)
    assert len(ahead) == 30 - 15
    assert ahead[-1] == pytest.approx(foreseen.end)
    assert ahead[0] >= sum(days[calendar.month :])


@pytest.mark.parametrize(
    ("week", "odd", "found"),
    [
        pytest.param(EVERY_DAY, {"11-16": 600}, True, id="a spike today"),
        pytest.param(EVERY_DAY, {"11-14": 600}, True, id="two days ago, its costs came late"),
        pytest.param(EVERY_DAY, {"11-12": 600}, False, id="older: no news"),
        pytest.param(EVERY_DAY, {"11-16": 200}, False, id="twice the usual"),
        pytest.param(OFFICE, {}, False, id="a Monday after a weekend"),
        pytest.param((700, 1, 1, 1, 1, 1, 1), {"11-16": 750}, False, id="the job of every Monday"),
        pytest.param(EVERY_DAY, {"11-16": 600, "10-16": 590}, False, id="the job of every sixteenth"),
        pytest.param((0.5,) * 7, {"11-16": 15}, False, id="thirty times the usual, but few dollars"),
        pytest.param((0,) * 7, {"10-01": 1, "11-16": 100}, True, id="awake after a long sleep"),
        pytest.param(EVERY_DAY, {f"11-{day}": 500 for day in range(10, 17)}, False, id="a new level, a week old"),
        pytest.param(EVERY_DAY, {"11-16": -600}, False, id="a credit"),
    ],
)
def test_a_day_is_unusual_when_it_is_far_above_such_days(
    week: Sequence[float], odd: Mapping[str, float], *, found: bool
) -> None:
    days, calendar = spends(MONDAY, week, odd=odd)
    assert (unusual(days, calendar, SMALLEST) is not None) == found


def test_a_young_project_is_never_unusual() -> None:
    days, calendar = spends(MONDAY, EVERY_DAY, young=10, odd={"11-16": 5_000})
    assert unusual(days, calendar, SMALLEST) is None


def test_what_rose_most_is_named_with_its_share_of_the_rise() -> None:
    items = {
        "gpt-5, input": [100 * DOLLAR] * 20 + [300 * DOLLAR],
        "gpt-5, output": [50 * DOLLAR] * 20 + [450 * DOLLAR],
        "gpt-5-mini, input": [900 * DOLLAR] * 20 + [1_100 * DOLLAR],
        "credit": [0] * 20 + [-500 * DOLLAR],
    }
    assert driver_of_rise(items, 20) == Driver(what="gpt-5", cents=600_00, percent=75)


def test_what_cost_most_this_month_is_named_with_its_share() -> None:
    items = {"gpt-5, input": [900 * DOLLAR, DOLLAR], "tts-1": [0, 3 * DOLLAR]}
    assert driver_of_month(items, 1) == Driver(what="tts-1", cents=3_00, percent=75)


def test_no_spend_has_no_driver() -> None:
    assert driver_of_month({}, 0) is None
    assert driver_of_month({"credit": [-DOLLAR]}, 0) is None
