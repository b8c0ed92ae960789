"""Which month somebody means."""

import pytest

from tests.workflows.reports.values import day
from workflows.errors import Refusal
from workflows.reports.month import month_named, spelled

TODAY = day("2026-01-10")


@pytest.mark.parametrize(
    ("words", "month"),
    [
        ("", "2025-12"),
        ("last", "2025-12"),
        (" Last  month ", "2025-12"),
        ("this", "2026-01"),
        ("2025-11", "2025-11"),
        ("`2025-11`", "2025-11"),
    ],
)
def test_a_month_is_understood(words: str, month: str) -> None:
    assert month_named(words, TODAY) == month


@pytest.mark.parametrize(
    "words", ["2026-13", "2026-00", "26-1", "2026/01", "soon", "2026-1", "2026-\u0661\u0662", "2026-W01", "x" * 500]
)
def test_what_is_no_month_is_refused_with_one_sentence(words: str) -> None:
    with pytest.raises(Refusal, match=r"is no month\. Write it like 2026-11") as refused:
        month_named(words, TODAY)

    assert len(str(refused.value)) < 120


def test_a_month_that_has_not_begun_has_no_costs() -> None:
    with pytest.raises(Refusal, match="February 2026 has not begun yet"):
        month_named("2026-02", TODAY)


def test_a_month_is_spelled_as_people_call_it() -> None:
    assert spelled("2026-11") == "November 2026"
