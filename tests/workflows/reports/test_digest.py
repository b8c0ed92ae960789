"""What a digest says of somebody's projects."""

from datetime import timedelta
from typing import Any

from tests.workflows.reports.values import MONDAY, calendar, day, days, project, raised
from workflows.lifecycle import State
from workflows.reports.digest import Digest, digest_of


def digest(*projects: Any, spends: Any = None, passed: Any = None, raises: Any = (), waiting: Any = ()) -> Digest:
    return digest_of(projects or (project(),), spends or {}, passed or {}, raises, waiting, calendar(), MONDAY, MONDAY)


def test_a_project_has_its_month_its_week_and_the_week_before() -> None:
    found = digest(spends={"proj_1": days(10, last_week=20)})

    (only,) = found.projects
    assert (only.spent, only.limit) == (15 * 10_00 + 7 * 20_00, 1_000_00)
    assert (only.week, only.before) == (140_00, 70_00)
    assert (found.first, found.last) == (day("2026-11-16"), day("2026-11-22"))
    assert only.forecast is not None
    assert only.forecast.end > only.spent
    assert found.forecast == only.forecast.end


def test_today_belongs_to_the_month_and_to_no_week() -> None:
    spent = [*days(10)[:-1], 10**9 * 500]

    (only,) = digest(spends={"proj_1": spent}).projects

    assert (only.spent, only.week) == (22 * 10_00 + 500_00, 70_00)


def test_a_young_project_counts_as_it_stands() -> None:
    spent = [0] * len(days())
    spent[-2] = 10**9

    found = digest(spends={"proj_1": spent})

    assert (found.projects[0].forecast, found.forecast) == (None, 1_00)


def test_the_dearest_come_first() -> None:
    found = digest(project(1), project(2), project(3), spends={"proj_2": days(20), "proj_3": days(5)})

    assert [each.id for each in found.projects] == ["proj_2", "proj_3", "proj_1"]


def test_thresholds_are_told_and_the_other_marks_are_not() -> None:
    found = digest(passed={"proj_1": ("$500", "100%", "forecast", "spike 2026-11-12", "80%"), "proj_2": ("50%",)})

    assert found.projects[0].passed == ("80%", "100%", "$500")


def test_a_limit_that_was_never_looked_at_is_none() -> None:
    assert digest(project(seen_at=None)).projects[0].limit is None


def test_raises_of_their_projects_that_end_before_the_next_digest_are_told() -> None:
    soon, later = MONDAY + timedelta(days=2), MONDAY + timedelta(days=7)
    raises = [
        raised(1),
        raised(2, ends_at=soon),
        raised(3, ends_at=later),
        raised(4, project_id="proj_9"),
        raised(5, state=State.REVERTED),
    ]

    assert [each.id for each in digest(raises=raises).ending] == ["R2", "R1"]


def test_a_project_that_did_nothing_is_nothing_to_tell() -> None:
    assert not digest().says_something
    assert not digest(spends={"proj_2": days(10)}).says_something
    assert digest(raises=[raised()]).says_something
    assert digest(spends={"proj_1": days(10)}).says_something
