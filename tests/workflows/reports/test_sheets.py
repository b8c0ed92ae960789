"""Reports as CSV: exact to the last digit, and no cell that a spreadsheet takes for a formula."""

import csv
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.workflows.reports.values import DOLLAR, MONDAY, calendar, days, project, raised
from workflows.commitment import Commitment
from workflows.lifecycle import State
from workflows.policy import Alerts, Budget, Terms
from workflows.reports.commitments import commitments_of
from workflows.reports.sheets import (
    COMMITMENTS,
    RAISES,
    SHOWBACK,
    commitment_lines,
    exact,
    raise_lines,
    showback_lines,
)
from workflows.reports.showback import showback_of

GUIDE = (Path(__file__).parents[3] / "docs/money.md").read_text("utf-8")


@given(st.integers(-(10**18), 10**18))
def test_an_amount_is_exact(nanos: int) -> None:
    assert Decimal(exact(nanos)) * DOLLAR == nanos


@pytest.mark.parametrize(
    ("nanos", "written"),
    [(0, "0.00"), (DOLLAR, "1.00"), (1, "0.000000001"), (-DOLLAR - 50, "-1.00000005"), (1_234_500_000_000, "1234.50")],
)
def test_an_amount_has_cents_and_no_more_zeros_than_that(nanos: int, written: str) -> None:
    assert exact(nanos) == written


def test_a_showback_adds_up_and_neutralises_what_people_wrote() -> None:
    hostile = project(
        1, name='=HYPERLINK("http://x";"y")', cost_centre="@SUM(A1)", owners=("+a@b.example", "c@d.example")
    )
    spent = {"proj_1": 12 * DOLLAR + 1, "": -2 * DOLLAR}
    report = showback_of("2026-10", spent, [hostile], {"proj_1": 750_50}, as_of=MONDAY, final=True)

    head, mine, nobodys = csv.reader(showback_lines(report))

    assert tuple(head) == SHOWBACK
    assert mine[:4] == ["2026-10", "'@SUM(A1)", "proj_1", '\'=HYPERLINK("http://x";"y")']
    assert mine[5:] == ["'+a@b.example c@d.example", "no", "12.000000001", "750.50", "yes", "2026-11-23T09:00:00Z"]
    assert nobodys[1:4] == ["", "", ""]
    assert Decimal(mine[7]) + Decimal(nobodys[7]) == Decimal("10.000000001")


def test_commitments_have_a_line_for_each_cost_centre_and_one_for_all() -> None:
    projects = [
        project(1, cost_centre="cc-1", limit=600_00),
        project(2, cost_centre="cc-1", limit=500_00),
        project(3, limit=None),
        project(4, archived=True),
        project(5, limit=None, seen_at=None, name="=new"),
    ]
    alerts = Alerts(cost_centres={"cc-1": Budget(monthly=1_000_00, terms=Terms())})
    whole = Commitment(approved=1_100_00, limit=2_000_00, enforced=True)
    spends = {"proj_1": days(10), "proj_4": days(1)}

    head, one, none, everything = csv.reader(
        commitment_lines(commitments_of(whole, projects, spends, calendar(), alerts, MONDAY))
    )

    assert tuple(head) == COMMITMENTS
    assert one[:7] == ["cost_centre", "cc-1", "2", "1100.00", "1000.00", "-100.00", "220.00"]
    assert Decimal(one[7]) > 220
    assert none[1:8] == ["", "2", "0.00", "", "", "0.00", ""]
    assert everything[:7] == ["organization", "", "4", "1100.00", "2000.00", "900.00", "242.00"]
    assert everything[8:] == ["project-3", "'=new", "2026-11-23T09:00:00Z"]


def test_a_raise_has_its_whole_story() -> None:
    over = raised(
        2, before=None, reason="-1+1", ended_at=MONDAY, state=State.REVERTED, approved_by=("Petra", "Fay"), after=10
    )

    head, stands, ended = csv.reader(raise_lines([raised(), over]))

    assert tuple(head) == RAISES
    assert stands[:7] == ["R1", "proj_1", "project-1", "1000.00", "1500.00", "Dana", "Petra"]
    assert stands[7:10] == ["2026-11-13T09:00:00Z", "2026-11-26T09:00:00Z", ""]
    assert ended[3:7] == ["", "0.10", "Dana", "Petra; Fay"]
    assert ended[9:] == ["2026-11-23T09:00:00Z", "reverted", "'-1+1"]


@pytest.mark.parametrize("columns", [SHOWBACK, COMMITMENTS, RAISES])
def test_every_column_is_explained(columns: tuple[str, ...]) -> None:
    for name in columns:
        assert f"`{name}`" in GUIDE


def test_a_raise_stood_in_the_months_it_touches() -> None:
    over = raised(granted_at=MONDAY - timedelta(days=60), ended_at=MONDAY - timedelta(days=30))

    assert [each for each in ("2026-08", "2026-09", "2026-10", "2026-11") if over.stood_in(each)] == [
        "2026-09",
        "2026-10",
    ]
    assert raised().stood_in("2027-01")
