"""Showback, commitments and the ledger of raises as tables that Slack takes."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot import cards
from bot.blocks import problems
from bot.cards import Message
from sandbox.slack.blockkit import blocks_problems
from tests.workflows.reports.values import DOLLAR, MONDAY, project, raised
from workflows.commitment import Commitment
from workflows.lifecycle import State
from workflows.reports.commitments import CentreCommitment, Commitments
from workflows.reports.showback import Brief, brief, showback_of

NONE = "\N{EN DASH}"
HOSTILE = "<!channel> =1+1\n\x07"


def month(count: int = 3, *, final: bool = True, name: str = "project") -> Brief:
    projects = [project(each, cost_centre=f"cc-{each % 30}", name=f"{name}-{each}") for each in range(count)]
    spent = {each.id: (number + 1) * DOLLAR for number, each in enumerate(projects)} | {"": DOLLAR}
    return brief(showback_of("2026-10", spent, projects, {}, as_of=MONDAY, final=final))


def cells(message: Message) -> list[list[str]]:
    """Return the words of the table's cells."""
    (table,) = [each for each in message.blocks if each["type"] == "table"]
    return [[_words(cell) for cell in row] for row in table["rows"]]


def _words(cell: dict[str, Any]) -> str:
    if cell["type"] == "raw_text":
        return str(cell["text"])
    return str(cell["elements"][0]["elements"][0]["text"])


def test_a_showback_names_cost_centres_projects_and_what_belongs_to_nobody() -> None:
    message = cards.showback(month())

    assert message.text == "Showback for October 2026: $7"
    assert cells(message) == [
        ["Cost centre and project", "Spent", "Share"],
        ["cc-2", "$3", "43%"],
        ["· project-2", "$3", "43%"],
        ["cc-1", "$2", "29%"],
        ["· project-1", "$2", "29%"],
        ["cc-0", "$1", "14%"],
        ["· project-0", "$1", "14%"],
        ["attributed to no project", "$1", "14%"],
        ["Together", "$7", NONE],
    ]


def test_a_month_that_still_grows_says_so() -> None:
    assert "still grow" in str(cards.showback(month(final=False)).blocks)


@pytest.mark.parametrize("count", [0, 1, 39, 200, 2000])
@pytest.mark.parametrize("tables", [True, False])
def test_slack_takes_a_showback_of_any_size(count: int, *, tables: bool) -> None:
    message = cards.showback(month(count), tables=tables)

    assert problems(message.blocks) == []
    assert blocks_problems(message.blocks) == []


def test_what_has_no_row_is_told_of_with_the_command_for_it() -> None:
    words = str(cards.showback(month(200)).blocks)

    assert "projects are only in the sums here" in words
    assert "python -m bot report showback --month 2026-10" in words


def test_names_are_plain_words_in_a_cell_and_mention_nobody_in_a_line() -> None:
    told = month(1, name=HOSTILE)

    assert "· <!channel> =1+1 -0" in [row[0] for row in cells(cards.showback(told))]
    assert "<!channel>" not in str(cards.showback(told, tables=False).blocks)


def committed(**changes: Any) -> Commitments:
    centre = CentreCommitment(name="cc-1", projects=2, limits=900_00, budget=800_00, spent=100_00, forecast=300_00)
    values: dict[str, Any] = {
        "whole": Commitment(approved=1_200_00, limit=2_000_00, enforced=True),
        "centres": (centre, replace(centre, name="", budget=None, forecast=None)),
        "spent": 200_00,
        "forecast": None,
        "unlimited": ("prompt-lab",),
        "unread": (),
        "as_of": MONDAY,
    }
    return Commitments(**values | changes)


def test_commitments_are_compared_with_what_there_is() -> None:
    message = cards.commitments(committed())

    assert cells(message)[1:] == [
        ["cc-1", "$900", "$100", "$300", "-$100"],
        ["no cost centre", "$900", "$100", NONE, NONE],
    ]
    words = str(message.blocks)
    assert "*$1,200* of the organisation's $2,000 a month: $800 could still be approved" in words
    assert "*Without a limit:* prompt-lab" in words


@pytest.mark.parametrize(
    ("whole", "words"),
    [
        (Commitment(approved=10_00, limit=None), "the organisation has no limit"),
        (Commitment(approved=30_00, limit=10_00, enforced=True), "$20 more than the organisation's $10"),
        (Commitment(approved=30_00, limit=10_00), "more than the policy's budget for the organisation, $10"),
    ],
)
def test_what_is_over_committed_is_said(whole: Commitment, words: str) -> None:
    assert words in str(cards.commitments(committed(whole=whole)).blocks)


def test_slack_takes_commitments_of_any_size() -> None:
    centres = tuple(replace(committed().centres[0], name=f"cc-{each}") for each in range(500))
    message = cards.commitments(committed(centres=centres, unlimited=("x" * 300,) * 500, unread=(HOSTILE,) * 500))

    assert problems(message.blocks) == []
    assert blocks_problems(message.blocks) == []
    assert ["440 more cost centres", "$396,000", "$44,000", NONE, NONE] in cells(message)
    assert "and 480 more" in str(message.blocks)


def test_the_ledger_of_raises_says_from_what_to_what_and_whether_it_stands() -> None:
    over = raised(2, before=None, state=State.REVERTED, ended_at=MONDAY)

    message = cards.raises([raised(), over, raised(3, state=State.REVERT_FAILED)])

    assert cells(message)[1:] == [
        ["project-1", "$1,000 → $1,500", "2026-11-26", "stands", "Petra"],
        ["project-1", "no limit → $1,500", "2026-11-23", "over", "Petra"],
        ["project-1", "$1,000 → $1,500", "2026-11-26", "being taken back", "Petra"],
    ]


def test_no_raises_are_one_sentence_and_many_are_capped() -> None:
    assert cards.raises([]).text.endswith(".")
    message = cards.raises([raised()] * 500)
    assert blocks_problems(message.blocks) == []
    assert "440 more are in" in str(message.blocks)


def test_a_raise_is_shown_until_its_last_day_which_is_included() -> None:
    (_, row) = cells(cards.raises([raised(ends_at=datetime(2026, 12, 6, tzinfo=UTC))]))

    assert row[2] == "2026-12-05"
