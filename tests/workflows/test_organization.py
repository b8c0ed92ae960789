"""What is known of the organisation: read into the snapshot, kept through failures, fresh where it gives authority."""

from datetime import UTC, datetime
from decimal import Decimal

import httpx
import pytest

from tests.support.company import Company
from workflows.errors import AdminAPIError, InvalidFields


async def test_a_refresh_fills_projects_users_and_models(acme: Company) -> None:
    made = acme.local.add_project(name="made-by-hand")
    acme.local.add_user(email="nora@acme.example", name="Nora", role="owner")
    assert await acme.organization.projects_named("made-by-hand") == []

    await acme.organization.refresh()

    assert [each.id for each in await acme.organization.projects_named("Made-By-Hand")] == [made.id]
    assert [each.role for each in await acme.organization.users_with("nora@acme.example")] == ["owner"]
    assert "gpt-5-mini" in await acme.organization.models()


async def test_a_refresh_leaves_what_was_spent_to_whoever_reads_the_costs(acme: Company) -> None:
    acme.local.add_spend(acme.project_id, Decimal(12), "gpt-5-mini", acme.clock().date())
    acme.clock.advance(minutes=11)
    await acme.budgets.collect()
    read_at = acme.clock()
    acme.clock.advance(minutes=2)

    await acme.organization.refresh()

    project = await acme.organization.project(acme.project_id)
    assert (project.spent, project.spent_at) == (12_00, read_at)


async def test_who_left_the_organisation_is_gone_after_a_refresh(acme: Company) -> None:
    async with acme.database.begin() as work:
        ghost = {"id": "user-ghost", "email": "ghost@acme.example", "name": "Ghost", "role": "owner"}
        await work.replace_users([ghost])

    await acme.organization.refresh()

    assert await acme.organization.users_with("ghost@acme.example") == []
    assert [each.name for each in await acme.organization.search_users("DANA", 10)] == ["Dana"]


async def test_a_refresh_that_fails_leaves_what_was_there(acme: Company) -> None:
    models = await acme.organization.models()
    await acme.fault(fault="server_error", status=503, count=None)

    with pytest.raises(AdminAPIError):
        await acme.organization.refresh()

    assert [each.id for each in await acme.organization.search_projects("internal", 10)] == [acme.project_id]
    assert len(await acme.organization.users_with("olivia@acme.example")) == 1
    assert await acme.organization.models() == models


async def test_a_refresh_keeps_what_openai_has_no_field_for(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, cost_centre="CC-1", environment="production")

    await acme.organization.refresh()

    project = await acme.organization.project(acme.project_id)
    assert (project.cost_centre, project.environment, project.name) == ("CC-1", "production", "internal-qa")


async def test_the_models_of_a_restricted_project_are_not_taken_for_all(acme: Company) -> None:
    for project in await acme.api.projects():
        await acme.api.set_model_permissions(project.id, ["gpt-5-mini"])
    free = acme.local.add_project(name="free")
    everything = {each.model for each in await acme.api.rate_limits(free.id)}
    async with acme.database.begin() as work:
        await work.connection.exec_driver_sql("DELETE FROM models")

    await acme.organization.refresh()

    assert len(everything) > 1
    assert await acme.organization.models() == everything


async def test_names_are_found_in_any_case_and_alphabet(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_project("proj_ae", name="Ärzte-Straße")
        await work.learn_project("proj_old", name="ärzte-alt", archived=True)

    assert [each.id for each in await acme.organization.projects_named("äRZTE-STRASSE")] == ["proj_ae"]
    assert [each.id for each in await acme.organization.search_projects("ÄRZ", 10)] == ["proj_ae"]
    assert [each.id for each in await acme.organization.search_projects("proj_ae", 10)] == ["proj_ae"]


async def test_projects_are_offered_by_name_and_no_more_than_asked_for(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_projects([{"id": f"proj_{n}", "name": f"p-{n:04}"} for n in reversed(range(2000))])

    assert [each.name for each in await acme.organization.search_projects("p-", 3)] == ["p-0000", "p-0001", "p-0002"]


async def test_what_was_spent_last_month_does_not_count_in_this_one(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, spent=300_00, spent_at=acme.clock())
    assert (await acme.organization.project(acme.project_id)).spent == 300_00

    acme.clock.moment = datetime(2026, 12, 1, 0, 0, 1, tzinfo=UTC)

    assert (await acme.organization.project(acme.project_id)).spent == 0
    request = await acme.ask_for_budget("200")
    assert request.changes[1].now == "$0 (0% of the limit)"


async def test_a_limit_set_at_the_dashboard_shows_a_minute_later(acme: Company) -> None:
    assert (await acme.organization.project(acme.project_id)).limit == 500_00
    await acme.api.set_spend_limit(acme.project_id, 700_00)
    acme.clock.advance(seconds=61)

    assert (await acme.organization.project(acme.project_id)).limit == 700_00


async def test_a_project_nobody_ever_saw_does_not_exist(acme: Company) -> None:
    for project_id in ("proj_nothing", "../users", "x" * 100):
        with pytest.raises(InvalidFields, match="does not exist"):
            await acme.organization.project(project_id)


async def test_looking_at_a_project_costs_two_calls_however_many_there_are(acme: Company) -> None:
    acme.clock.advance(minutes=2)
    before = await acme.calls("GET", "/organization/projects")

    await acme.organization.project(acme.project_id)

    assert await acme.calls("GET", "/organization/projects") == before


async def test_owners_of_the_organisation_are_asked_about_by_address(acme: Company) -> None:
    for number in range(250):
        acme.local.add_user(email=f"u{number}@acme.example", name=f"U {number}", role="reader")
    before = await acme.calls("GET", "/organization/users")

    assert set(await acme.organization.owners()) == {"olivia@acme.example", "omar@acme.example"}

    assert await acme.calls("GET", "/organization/users") == before + 1


async def test_somebody_who_is_no_owner_any_more_is_none_a_minute_later(acme: Company) -> None:
    assert len(await acme.organization.owners()) == 2
    (omar,) = await acme.api.users(["omar@acme.example"])
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {acme.local.admin_key}"}) as client:
        url = f"{acme.url}/v1/organization/users/{omar.id}"
        (await client.post(url, json={"role": "reader"})).raise_for_status()
    acme.clock.advance(seconds=61)

    assert await acme.organization.owners() == ("olivia@acme.example",)


async def test_nobody_is_an_owner_by_an_answer_older_than_a_minute(acme: Company) -> None:
    await acme.organization.owners()
    await acme.organization.project_owners(acme.project_id)
    await acme.fault(fault="server_error", status=503, count=None)
    acme.clock.advance(seconds=59)
    assert await acme.organization.project_owners(acme.project_id) == ("petra@acme.example",)
    acme.clock.advance(seconds=2)

    with pytest.raises(AdminAPIError):
        await acme.organization.owners()
    with pytest.raises(AdminAPIError):
        await acme.organization.project_owners(acme.project_id)
    assert await acme.organization.owners_seen(acme.project_id) == ("petra@acme.example",)
