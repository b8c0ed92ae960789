"""Which thresholds are news: reached exactly, told once, armed again by a raise alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.budgets.thresholds import Crossing, Passed, crossing
from workflows.money import NANOS
from workflows.policy import Terms

USUAL = Terms()
AMOUNTS = Terms(thresholds=(80,), amounts=(500_00, 2_000_00))


def crossed(spent: int, limit: int | None, passed: Passed | None = None, terms: Terms = USUAL) -> Crossing:
    """Judge *spent* cents."""
    return crossing(spent * NANOS, limit, terms, passed or {})


@pytest.mark.parametrize(
    ("spent", "limit", "mark"),
    [
        pytest.param(4_999, 100_00, None, id="a cent below"),
        pytest.param(5_000, 100_00, "50%", id="exactly"),
        pytest.param(8_001, 100_00, "80%", id="above"),
        pytest.param(25_000, 100_00, "100%", id="far above: the highest alone"),
        pytest.param(0, 100_00, None, id="nothing spent"),
        pytest.param(-5_000, 100_00, None, id="credits only"),
        pytest.param(5_000, None, None, id="no limit"),
        pytest.param(0, 0, None, id="limit of zero, nothing spent"),
        pytest.param(1, 0, "100%", id="limit of zero, something spent"),
        pytest.param(1, -5, "100%", id="limit below zero"),
        pytest.param(1, 1, "100%", id="limit of a cent"),
    ],
)
def test_the_highest_threshold_that_was_reached_is_told(spent: int, limit: int | None, mark: str | None) -> None:
    top = crossed(spent, limit).top
    assert (top.name if top else None) == mark


def test_a_billionth_of_a_dollar_below_a_threshold_is_below_it() -> None:
    assert crossing(8_000 * NANOS - 1, 100_00, Terms(thresholds=(80,)), {}).top is None
    assert crossing(8_000 * NANOS, 100_00, Terms(thresholds=(80,)), {}).top is not None


def test_thresholds_passed_together_all_count_as_passed() -> None:
    assert [each.name for each in crossed(9_600, 100_00).passed] == ["50%", "80%", "95%"]


@pytest.mark.parametrize(
    ("spent", "limit", "passed", "top", "rearmed"),
    [
        pytest.param(9_000, 100_00, {"50%": 100_00, "80%": 100_00}, None, (), id="told already"),
        pytest.param(9_500, 100_00, {"50%": 100_00, "80%": 100_00}, "95%", (), id="the next one"),
        pytest.param(8_500, 200_00, {"50%": 100_00, "80%": 100_00}, None, ("50%", "80%"), id="raised ahead"),
        pytest.param(8_500, 120_00, {"50%": 100_00, "80%": 100_00}, None, ("80%",), id="raised a little"),
        pytest.param(4_000, 100_00, {"50%": 100_00}, None, (), id="a credit arms nothing"),
        pytest.param(4_000, 90_00, {"50%": 100_00}, None, (), id="nor does a credit with a cut"),
        pytest.param(8_500, None, {"50%": 100_00, "80%": 100_00}, None, (), id="nor a limit that is taken away"),
        pytest.param(8_500, 90_00, {"50%": 100_00, "80%": 100_00}, None, (), id="a cut that reaches nothing"),
        pytest.param(8_500, 85_00, {"50%": 100_00, "80%": 100_00}, "100%", (), id="a cut that reaches more"),
        pytest.param(8_500, 100_00, {"80%": 90_00, "100%": 90_00}, None, ("100%",), id="back up after a cut"),
        pytest.param(6_000, 100_00, {"80%": 100_00}, None, (), id="less than was told is no news"),
    ],
)
def test_a_raise_arms_again_what_lies_above_the_spend(
    spent: int, limit: int | None, passed: Passed, top: str | None, rearmed: tuple[str, ...]
) -> None:
    found = crossed(spent, limit, passed)
    assert (found.top.name if found.top else None, found.rearmed) == (top, rearmed)


def test_a_threshold_that_a_raise_left_behind_the_spend_stands_at_the_new_limit() -> None:
    assert crossed(8_500, 120_00, {"50%": 100_00, "80%": 100_00}).kept == ("50%",)


@pytest.mark.parametrize(
    ("spent", "limit", "passed", "mark"),
    [
        (49_999, None, {}, None),
        (50_000, None, {}, "$500"),
        (250_000, None, {}, "$2,000"),
        (50_000, 600_00, {}, "$500"),
        (250_000, 3_000_00, {}, "80%"),
        (50_000, 500_00, {"80%": 500_00}, "$500"),
        (250_000, 9_000_00, {"$500": 600_00}, "$2,000"),
    ],
)
def test_amounts_of_money_are_thresholds_too(spent: int, limit: int | None, passed: Passed, mark: str | None) -> None:
    top = crossed(spent, limit, passed, AMOUNTS).top
    assert (top.name if top else None) == mark


def test_no_raise_arms_an_amount_again() -> None:
    assert crossed(10_000, 9_000_00, {"$500": 600_00}, AMOUNTS).rearmed == ()


@given(
    spends=st.lists(st.integers(min_value=0, max_value=30_000), max_size=20),
    limit=st.integers(min_value=0, max_value=20_000),
)
def test_whatever_is_spent_no_threshold_is_told_twice_at_one_limit(spends: list[int], limit: int) -> None:
    passed: dict[str, int | None] = {}
    told = []
    for spent in spends:
        found = crossed(spent, limit, passed)
        told += [found.top.name] if found.top else []
        passed |= dict.fromkeys((each.name for each in found.passed), limit)
    assert len(told) == len(set(told))
