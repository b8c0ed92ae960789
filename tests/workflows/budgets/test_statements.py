"""What people are told of spend when they ask: who may know it, how it adds up, and what is said when it cannot be."""

from collections.abc import Sequence
from decimal import Decimal

import pytest

from tests.support.company import Company
from tests.workflows.budgets.watching import never_read, proofs, spend, spend_daily
from workflows.budgets.statements import Overview, Statement, Statements
from workflows.errors import AdminAPIUnclear, NotAllowed, Refusal
from workflows.model import Project


def statements(acme: Company) -> Statements:
    return Statements(service=acme.service, database=acme.database)


async def read(acme: Company) -> None:
    acme.pass_time(hours=1)
    await acme.budgets.collect()


async def statement(acme: Company, who: str = "petra") -> Statement:
    return await statements(acme).of(acme.project_id, acme.people.everybody[who].id)


async def overview(acme: Company, who: str) -> Overview:
    return await statements(acme).overview(acme.people.everybody[who].id)


async def another_project(acme: Company, name: str, owner: str = "", dollars: int = 0) -> Project:
    """Make a project at OpenAI itself, seen in the snapshot with its owner."""
    made = acme.local.add_project(name=name)
    if owner:
        user = acme.local.people.by_email(f"{owner}@acme.example")
        assert user is not None
        acme.local.add_member(made.id, user.id, "owner")
    if dollars:
        acme.local.add_spend(made.id, Decimal(dollars), "gpt-5, input", acme.clock().date())
    await acme.organization.refresh()
    await acme.organization.project_owners(made.id)
    return await acme.organization.project(made.id)


def names(found: Sequence[Project]) -> list[str]:
    return sorted(each.name for each in found)


async def test_a_project_tells_what_is_spent_of_what_where_it_leads_and_why(acme: Company) -> None:
    spend_daily(acme, 10, days=12)
    spend(acme, 25, item="gpt-5, output")
    spend(acme, 5, item="gpt-5, input")
    await never_read(acme)
    await read(acme)

    told = await statement(acme)

    month_days = acme.clock().date().day - 1
    assert told.spent == min(12, month_days) * 10_00 + 30_00
    assert (told.limit, told.period) == (500_00, f"{acme.clock():%Y-%m}")
    assert [(each.what, each.cents) for each in told.drivers] == [
        ("gpt-5-mini", told.spent - 30_00),
        ("gpt-5", 30_00),
    ]
    assert sum(each.percent for each in told.drivers) == 100
    assert told.forecast is not None
    assert told.forecast.end == told.path[-1]
    assert told.low[-1] <= told.path[-1] <= told.high[-1]
    assert told.marks == (250_00, 400_00, 475_00, 500_00)
    assert [each.name for each in told.owners] == ["Petra"]
    assert told.as_of == acme.clock()


@pytest.mark.parametrize("who", ["petra", "pat", "audra", "olivia"])
async def test_members_administrators_auditors_and_owners_may_know(acme: Company, who: str) -> None:
    spend(acme, 10)
    await read(acme)

    assert (await statement(acme, who)).spent == 10_00


async def test_who_is_in_the_project_through_a_group_may_know(acme: Company) -> None:
    await read(acme)
    (dana,) = await acme.api.users(["dana@acme.example"])
    group = acme.local.add_group(name="Research", member_ids=[dana.id])
    (role, *_) = await acme.api.project_roles(acme.project_id)
    await acme.api.add_project_group(acme.project_id, group.id, role.id)

    assert (await statement(acme, "dana")).spent == 0


async def test_others_are_refused_and_written_down(acme: Company) -> None:
    await read(acme)

    with pytest.raises(NotAllowed, match="What internal-qa spends is for its members"):
        await statement(acme, "fay")

    (proof,) = await proofs(acme.database, "spend_refused")
    assert proof["project"] == acme.project_id


async def test_nobody_is_told_while_openai_does_not_say_whether_they_may(
    acme: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    await read(acme)

    async def away(_project_id: str) -> object:
        raise AdminAPIUnclear("no answer")

    monkeypatch.setattr(acme.organization, "members", away)

    with pytest.raises(Refusal, match="did not say just now"):
        await statement(acme, "petra")


async def test_before_the_first_reading_there_is_a_sentence(acme: Company) -> None:
    await never_read(acme)

    with pytest.raises(Refusal, match="not read yet"):
        await statement(acme)
    with pytest.raises(Refusal, match="not read yet"):
        await overview(acme, "olivia")


@pytest.mark.parametrize("dollars", ["0", "-20"])
async def test_nothing_spent_and_credits_are_told_as_they_are(acme: Company, dollars: str) -> None:
    spend(acme, dollars, item="credit")
    await acme.api.delete_spend_limit(acme.project_id)
    await read(acme)

    told = await statement(acme)

    assert (told.spent, told.limit, told.forecast, told.drivers) == (int(dollars) * 100, None, None, ())


async def test_an_owner_is_told_of_the_projects_they_own_the_dearest_first(acme: Company) -> None:
    await another_project(acme, "petras-own", "petra", dollars=70)
    await another_project(acme, "danas", "dana", dollars=500)
    await acme.organization.project_owners(acme.project_id)
    spend(acme, 30)
    await read(acme)

    told = await overview(acme, "petra")

    assert [(each.project.name, each.spent, each.limit) for each in told.lines] == [
        ("petras-own", 70_00, None),
        ("internal-qa", 30_00, 500_00),
    ]
    assert (told.spent, told.elsewhere, told.everything) == (100_00, 0, False)


async def test_a_member_by_an_approved_request_is_told_too_until_they_are_out(acme: Company) -> None:
    values = {"project": acme.project_id, "person": "dana@acme.example", "role": "member", "reason": "Tests."}
    await acme.carried_out(await acme.ask("member", values), "pat")
    await read(acme)
    assert names([each.project for each in (await overview(acme, "dana")).lines]) == ["internal-qa"]

    await acme.remove("dana")
    acme.pass_time(minutes=2)

    assert (await overview(acme, "dana")).lines == ()


@pytest.mark.parametrize("who", ["olivia", "pat", "audra"])
async def test_who_watches_over_all_is_told_of_all_and_the_sum_is_the_bill(acme: Company, who: str) -> None:
    gone = await another_project(acme, "gone", dollars=40)
    await acme.api.archive_project(gone.id)
    await acme.organization.refresh()
    spend(acme, 30)
    spend(acme, 5, project_id=None)
    await read(acme)

    told = await overview(acme, who)

    assert told.everything
    assert names([each.project for each in told.lines]) == ["Default project", "internal-qa"]
    assert (told.elsewhere, told.spent) == (45_00, 75_00)


async def test_who_belongs_nowhere_is_told_of_nothing(acme: Company) -> None:
    await read(acme)

    told = await overview(acme, "fay")

    assert (told.lines, told.unsure, told.everything) == ((), (), False)


async def test_of_many_projects_the_dearest_are_looked_into_and_the_others_named(acme: Company) -> None:
    for number in range(7):
        await another_project(acme, f"p{number}", "dana")
    async with acme.database.begin() as work:
        projects = [each for each in await work.projects() if each.name.startswith("p")]
        await work.learn_projects([{"id": each.id, "spent": int(each.name[1:])} for each in projects])
    await read(acme)

    told = await overview(acme, "dana")

    assert len(told.lines) + len(told.unsure) == 7
    assert len(told.lines) <= 5


async def test_what_openai_does_not_say_is_no_yes(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    await acme.organization.project_owners(acme.project_id)
    await read(acme)

    async def away(_project_id: str) -> object:
        raise AdminAPIUnclear("no answer")

    monkeypatch.setattr(acme.organization, "members", away)

    told = await overview(acme, "petra")

    assert (told.lines, names(told.unsure)) == ((), ["internal-qa"])


async def test_a_foreigner_is_told_nothing(acme: Company) -> None:
    acme.people.foreign.add("petra")

    with pytest.raises(NotAllowed):
        await overview(acme, "petra")
