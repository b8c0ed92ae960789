"""What is said of spend: every amount with its measure, nothing that a name could forge, whatever the numbers are."""

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot import cards
from bot.blocks import problems
from bot.cards import Message
from bot.cards.spend import COMING, NOTHING
from tests.bot.paper import words
from tests.support.people import person
from workflows.budgets.statements import Line, Overview, Statement
from workflows.model import Driver, Estimate, Forecast, Project

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)
FORECAST = Forecast(end=2_150_00, low=2_050_00, high=2_300_00, hits_on=date(2026, 11, 28))
PROJECT = Project(id="proj_1", name="internal-qa", limit=2_000_00, seen_at=NOON)
STATEMENT = Statement(
    project=PROJECT,
    period="2026-11",
    owners=(person("petra"),),
    drivers=(Driver(what="gpt-5.1", cents=1_400_00, percent=85), Driver(what="<!here>", cents=250_00, percent=15)),
    marks=(),
    month=(800_00, 1_650_00),
    last_month=(700_00, 1_900_00),
    path=(2_150_00,),
    low=(2_050_00,),
    high=(2_300_00,),
    forecast=FORECAST,
    as_of=NOON,
)


def line(number: int = 1, **changes: Any) -> Line:
    project = replace(PROJECT, id=f"proj_{number}", name=f"p{number}")
    known: dict[str, Any] = {"project": project, "spent": number * 100_00, "forecast": None}
    return Line(**known | changes)


def overview(*lines: Line, **changes: Any) -> Overview:
    known: dict[str, Any] = {"period": "2026-11", "everything": False, "elsewhere": 0, "unsure": (), "as_of": NOON}
    return Overview(lines=lines, **known | changes)


def drawn(message: Message) -> str:
    assert problems(message.blocks) == []
    return words(message)


@pytest.mark.parametrize(
    "said",
    [
        "Spend of internal-qa",
        "*Spent:* $1,650 of $2,000 (82%) in November 2026",
        "about $2,150 ($2,050 to $2,300); the limit is reached on 2026-11-28",
        "*All of last month:* $1,900",
        "• gpt-5.1: $1,400 (85%)",
        "• &lt;!here&gt;: $250 (15%)",
        "*Owned by:* Petra",
        "Costs as of",
        COMING,
    ],
)
def test_a_statement_says(said: str) -> None:
    assert said in drawn(cards.statement(STATEMENT, chart=True))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"project": replace(PROJECT, limit=None)}, "$1,650 (no limit) in November 2026"),
        ({"project": replace(PROJECT, limit=0)}, "$1,650 of $0 in"),
        ({"project": replace(PROJECT, name="x" * 500)}, "xxx"),
        ({"project": replace(PROJECT, name="<!channel>")}, "&lt;!channel&gt;"),
        ({"month": (-20_00,), "drivers": (), "forecast": None}, "-$20 of $2,000 (0%)"),
        ({"forecast": None}, "nothing can be foreseen yet"),
        ({"problem": "A cost in EUR was left out."}, "⚠️ A cost in EUR was left out."),
        ({"month": ()}, "$0 of $2,000 (0%)"),
    ],
)
def test_a_statement_stands_whatever_is_known(changes: dict[str, Any], said: str) -> None:
    assert said in drawn(cards.statement(replace(STATEMENT, **changes)))


def test_a_statement_speaks_of_no_chart_that_does_not_come() -> None:
    assert COMING not in drawn(cards.statement(STATEMENT))


def test_an_overview_has_a_line_for_each_project_and_the_sum() -> None:
    said = drawn(cards.overview(overview(line(3, forecast=FORECAST), line(1))))

    assert "• *p3*: $300 of $2,000 (15%) · about $2,150 by the month's end, *above its limit*" in said
    assert "• *p1*: $100 of $2,000 (5%)" in said
    assert "*Together:* $400" in said


def test_an_unknown_limit_is_not_called_none() -> None:
    unread = Project(id="proj_1", name="p1")
    unlimited = replace(unread, seen_at=NOON)

    assert "$100 (no limit)" not in drawn(cards.overview(overview(line(project=unread))))
    assert "$100 (no limit)" in drawn(cards.overview(overview(line(project=unlimited))))


def test_two_thousand_projects_are_one_message_whose_sum_is_right() -> None:
    lines = [line(number) for number in range(2000, 0, -1)]
    said = drawn(cards.overview(overview(*lines, everything=True, elsewhere=50_00)))

    assert "*p2000*" in said
    assert "_and 1975 more, which spent $195,130,000 together_" in said
    assert "*Together:* $200,100,050, of which $50 in archived projects or attributed to none" in said


def test_what_was_not_looked_into_is_named() -> None:
    unsure = tuple(Project(id=f"proj_{number}", name=f"n{number}") for number in range(12))

    assert "Not looked into just now: n0, n1" in drawn(cards.overview(overview(unsure=unsure)))
    assert "n9 and 2 more" in drawn(cards.overview(overview(unsure=unsure)))


def test_who_has_no_project_is_told_how_to_name_one() -> None:
    assert NOTHING in drawn(cards.overview(overview()))


@pytest.mark.parametrize(
    ("unpriced", "cents", "said"),
    [
        ((), 12_00, "about $12 since 20 November (UTC), estimated from usage by list prices of 2026-01-15; <!date^"),
        (("a", "b", "c", "d", "e"), 0, "use of a, b, c and 2 more since 20 November (UTC), which has no list price"),
    ],
)
def test_what_is_not_booked_yet_stands_below_what_is(unpriced: tuple[str, ...], cents: int, said: str) -> None:
    estimate = Estimate(cents=cents, since=NOON.date(), as_of=NOON, prices_of=date(2026, 1, 15), unpriced=unpriced)

    shown = drawn(cards.statement(replace(STATEMENT, estimate=estimate)))
    listed = drawn(cards.overview(overview(line(), estimate=estimate)))

    assert f"*Not booked yet:* {said}" in shown
    assert shown.index("*Spent:*") < shown.index("*Not booked yet:*")
    assert listed.index("*Together:* $100") < listed.index(f"*Not booked yet:* {said}")
