"""Who may read what the whole organisation spends, and what they read."""

from collections.abc import Awaitable, Callable
from decimal import Decimal

import pytest

from tests.support.company import Company
from tests.support.databases import BOTH
from tests.support.grants import SOON, after, extended
from tests.workflows.budgets.watching import never_read, proofs, spend
from workflows.errors import NotAllowed, Refusal
from workflows.lifecycle import State
from workflows.money import NANOS
from workflows.reports.figures import Figures


def figures(acme: Company) -> Figures:
    return Figures(database=acme.database, alerts=lambda: acme.service.policy.alerts, now=acme.clock)


@pytest.mark.parametrize("who", ["U_OLIVIA", "U_AUDRA"])
async def test_owners_of_the_organisation_and_auditors_read_the_showback(acme: Company, who: str) -> None:
    spend(acme, 90, ago=30)
    await never_read(acme)
    await acme.budgets.collect()

    assert (await acme.reports.showback(who, "")).total == 90_00 * NANOS


@pytest.mark.parametrize("what", ["showback", "commitments", "raises"])
async def test_everybody_else_is_refused_and_that_is_written_down(acme: Company, what: str) -> None:
    asked: dict[str, Callable[[], Awaitable[object]]] = {
        "showback": lambda: acme.reports.showback("U_PETRA", ""),
        "commitments": lambda: acme.reports.commitments("U_PETRA"),
        "raises": lambda: acme.reports.raises("U_PETRA", ""),
    }

    with pytest.raises(NotAllowed):
        await asked[what]()

    assert len(await proofs(acme.database, f"{what}_refused")) == 1


async def test_a_month_of_which_nothing_is_known_is_said_so(acme: Company) -> None:
    with pytest.raises(Refusal, match="No costs of March 2026 are known"):
        await acme.reports.showback("U_OLIVIA", "2026-03")


async def test_before_costs_were_read_that_is_said(acme: Company) -> None:
    await never_read(acme)

    with pytest.raises(Refusal, match="No costs were read from OpenAI yet"):
        await acme.reports.showback("U_OLIVIA", "this")


async def test_a_showback_is_what_openai_bills(acme: Company) -> None:
    gone = acme.local.add_project(name="gone")
    for project_id, dollars in ((acme.project_id, "12.000000001"), (None, "-3"), (gone.id, "7")):
        spend(acme, dollars, ago=1, project_id=project_id)
    await acme.api.archive_project(gone.id)
    await acme.organization.refresh()
    acme.pass_time(minutes=15)
    await acme.budgets.collect()

    found = await figures(acme).showback("2026-11")

    assert found.total == int(Decimal("16.000000001") * 100 * NANOS)
    assert [(each.project, each.archived) for each in found.lines] == [
        ("internal-qa", False),
        ("gone", True),
        ("", False),
    ]
    assert not found.final


async def test_commitments_are_those_of_live_projects(acme: Company) -> None:
    free = acme.local.add_project(name="free")
    await acme.organization.refresh()
    await acme.organization.look_again(acme.project_id)
    await acme.organization.look_again(free.id)

    found = await acme.reports.commitments("U_OLIVIA")

    assert (found.whole.approved, found.unlimited, found.unread) == (500_00, ("free",), ("Default project",))
    assert [(each.name, each.projects, each.limits) for each in found.centres] == [("", 3, 500_00)]


@BOTH
async def test_a_raise_for_a_time_is_in_the_ledger_for_good(acme: Company) -> None:
    grant = await acme.carried_out(await acme.ask_for_budget("800", until=SOON), "petra")
    (stands,) = await acme.reports.raises("U_OLIVIA", "")
    assert (stands.id, stands.before, stands.after, stands.state) == (grant.id, 500_00, 800_00, State.GRANTED)
    assert (stands.asked_by, stands.approved_by, stands.ended_at) == ("Dana", ("Petra",), None)

    await after(acme, SOON)

    (over,) = await acme.reports.raises("U_OLIVIA", "2026-11")
    assert (over.state, over.ended_at) == (State.REVERTED, acme.clock())
    assert (over.before, over.after, over.ends_at) == (500_00, 800_00, grant.ends_at)


async def test_one_that_was_given_for_good_or_is_not_decided_is_none(acme: Company) -> None:
    await acme.carried_out(await acme.ask_for_budget("600"), "petra")
    await acme.ask_for_budget("900", until=SOON)

    assert await acme.reports.raises("U_OLIVIA", "") == []


async def test_one_that_was_prolonged_is_one_and_began_where_it_began(acme: Company) -> None:
    grant = await acme.carried_out(await acme.ask_for_budget("800", until=SOON), "petra")
    longer = await extended(acme, grant, "petra")

    (only,) = await acme.reports.raises("U_OLIVIA", "")

    assert (only.id, only.before, only.after, only.ends_at) == (grant.id, 500_00, 800_00, longer.ends_at)


async def test_the_ledger_of_a_month_has_what_stood_in_it(acme: Company) -> None:
    await acme.carried_out(await acme.ask_for_budget("800", until=SOON), "petra")
    await after(acme, SOON)
    acme.pass_time(days=3)

    assert len(await figures(acme).raises("2026-11")) == 1
    assert await figures(acme).raises("2026-12") == []
