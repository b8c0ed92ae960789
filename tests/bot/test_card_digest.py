"""The weekly digest reads well, however much or little there is."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import cards
from bot.blocks import problems
from tests.workflows.reports.values import MONDAY, day, raised
from workflows.model import Forecast
from workflows.reports.digest import Digest, ProjectWeek, Waiting

PROJECT = ProjectWeek(
    id="proj_1",
    name="support-assistant",
    spent=812_40,
    limit=1_000_00,
    forecast=Forecast(end=1_040_00, low=990_00, high=1_100_00, hits_on=day("2026-11-29")),
    week=210_00,
    before=187_50,
    passed=("50%", "80%"),
)
WAITING = Waiting(
    id="R1", title="Raise the budget to $2,000", project="x", asked_by="Dana", expires_at=MONDAY + timedelta(days=2)
)


def digest(*projects: ProjectWeek, **changes: Any) -> Digest:
    values: dict[str, Any] = {
        "period": "2026-11",
        "first": day("2026-11-16"),
        "last": day("2026-11-22"),
        "projects": projects or (PROJECT, replace(PROJECT, id="proj_2", name="prompt-lab", limit=None, passed=())),
        "ending": (),
        "waiting": (),
        "as_of": MONDAY,
    }
    return Digest(**values | changes)


def said(told: Digest) -> str:
    message = cards.digest(told)
    assert problems(message.blocks) == []
    return f"{message.text}\n{message.blocks}"


@pytest.mark.parametrize(
    "words",
    [
        "Your 2 OpenAI projects this week",
        "*Together:* $1,624.80 in November 2026",
        "about $2,080 by the month's end",
        "16 to 22 Nov: $420 (+12%) against $375 the week before",
        "*support-assistant* · $812.40 of $1,000 (81%)",
        "*prompt-lab* · $812.40",
        "reaches its limit on 29 Nov",
        "about $1,040 by the month's end · last week $210 (+12%)",
        "🟠 has reached 80% of its limit this month",
        "Costs as of",
        "⏳ *project-1*: $1,500, <!date^1795683600^until ",
        "then $1,000 again",
        "🟡 *Raise the budget to $2,000* · asked by Dana",
    ],
)
def test_a_digest_says(words: str) -> None:
    assert words in said(digest(ending=(raised(),), waiting=(WAITING,)))


@pytest.mark.parametrize(
    ("week", "before", "words"),
    [
        (0, 0, "nothing spent"),
        (50_00, 100_00, "$50 (-50%) against $100 the week before"),
        (100_00, 100_00, "$100 against $100 the week before"),
        (100_00, 0, "$100, after $0 the week before"),
        (-5_00, 100_00, "-$5, after $100 the week before"),
        (100_00, -5_00, "$100, after -$5 the week before"),
    ],
)
def test_a_week_is_compared_with_the_one_before(week: int, before: int, words: str) -> None:
    assert words in said(digest(replace(PROJECT, week=week, before=before)))


def test_one_project_says_its_week_once() -> None:
    words = said(digest(PROJECT))

    assert words.count("the week before") == 1
    assert "$812.40 of $1,000 (81%) in November 2026" in words


def test_a_limit_that_was_reached_is_not_foreseen_any_more() -> None:
    words = said(digest(replace(PROJECT, spent=1_000_00, passed=("80%", "100%", "$500"))))

    assert "🔴 has reached 100% of its limit and $500 this month" in words
    assert "reaches its limit" not in words


def test_a_long_list_is_capped_and_says_so() -> None:
    many = [replace(PROJECT, id=f"proj_{each}", name=f"project-{each}") for each in range(300)]
    told = digest(*many, ending=(raised(),) * 40, waiting=(WAITING,) * 40)

    words = said(told)

    assert "and 285 more, which spent $231,534 together" in words
    assert "and 25 more: `/openai grants`" in words
    assert "and 25 more: `/openai approvals`" in words


def test_a_week_over_the_turn_of_a_month_names_both() -> None:
    assert "28 Oct to 3 Nov" in said(digest(first=day("2026-10-28"), last=day("2026-11-03")))


def test_names_mention_nobody() -> None:
    hostile = "<!channel> *x* <http://evil|ok>"

    words = said(
        digest(
            replace(PROJECT, name=hostile),
            ending=(raised(project=hostile),),
            waiting=(replace(WAITING, title=hostile, asked_by=hostile),),
        )
    )

    assert "<!channel>" not in words
    assert "<http" not in words
