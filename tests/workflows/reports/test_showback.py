"""A showback adds up to the organisation's costs, whatever its projects are."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.reports.values import DOLLAR, MONDAY, project
from workflows.reports.sheets import showback_lines
from workflows.reports.showback import NO_CENTRE, NO_PROJECT, Level, Showback, brief, showback_of

PROJECTS = [
    project(1, cost_centre="cc-1"),
    project(2, cost_centre="cc-1", archived=True),
    project(3, cost_centre="cc-2"),
    project(4),
]


def showback(spent: Mapping[str, int], projects: Any = PROJECTS, **changes: Any) -> Showback:
    return showback_of("2026-10", spent, projects, {"proj_1": 750_00}, as_of=MONDAY, final=True, **changes)


SPENT = {"": 7, "proj_1": 10 * DOLLAR, "proj_2": 20 * DOLLAR, "proj_3": 25 * DOLLAR, "proj_4": -DOLLAR, "proj_x": 1}


def test_the_dearest_cost_centre_comes_first_and_what_belongs_to_nobody_last() -> None:
    assert [each.project_id for each in showback(SPENT).lines] == ["proj_2", "proj_1", "proj_3", "proj_x", "proj_4", ""]


def test_an_archived_project_and_one_that_nobody_knows_are_kept() -> None:
    lines = {each.project_id: each for each in showback(SPENT).lines}

    assert lines["proj_2"].archived
    assert lines["proj_x"].project == "proj_x"
    assert (lines["proj_1"].limit, lines["proj_3"].limit) == (750_00, None)


@given(st.dictionaries(st.sampled_from(["", *(f"proj_{each}" for each in range(200))]), st.integers(-(10**12), 10**15)))
def test_every_row_of_the_table_adds_up(spent: dict[str, int]) -> None:
    projects = [project(each, cost_centre=f"cc-{each % 40}" if each % 3 else "") for each in range(200)]

    table = brief(showback(spent, projects))

    total = sum(spent.values())
    centres = [each.nanos for each in table.rows if each.level is Level.CENTRE]
    assert table.total == sum(centres) == total
    assert len(table.rows) < 100
    for index, row in enumerate(table.rows):
        if row.level is Level.CENTRE and row.name.startswith("cc-"):
            inside = []
            for each in table.rows[index + 1 :]:
                if each.level not in (Level.PROJECT, Level.REST):
                    break
                inside.append(each.nanos)
            assert sum(inside) == row.nanos


def test_what_has_no_row_is_counted() -> None:
    spent = {f"proj_{each}": each + 1 for each in range(60)}
    projects = [project(each, cost_centre="cc-1") for each in range(60)]

    table = brief(showback(spent, projects))

    assert table.left_out == 20
    assert [(each.level, each.count) for each in table.rows[-2:]] == [(Level.REST, 20), (Level.TOTAL, 60)]


def test_what_has_no_cost_centre_and_no_project_is_named_so() -> None:
    names = [each.name for each in brief(showback(SPENT)).rows if each.level is Level.CENTRE]

    assert names == ["cc-1", "cc-2", NO_CENTRE, NO_PROJECT]


def test_a_line_of_nothing_that_belongs_to_nobody_is_left_out() -> None:
    assert [each.project_id for each in showback({"": 0, "proj_1": 0}).lines] == ["proj_1"]


def test_the_table_of_an_organisation_without_costs_is_one_row() -> None:
    table = brief(showback({}))

    assert (table.total, len(table.rows), list(showback_lines(showback({})))[1:]) == (0, 1, [])
