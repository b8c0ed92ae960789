"""Costs of all projects are read in one go, again while they grow, and whatever was missed meanwhile."""

import asyncio
import itertools
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.support.clock import Clock
from tests.support.company import Company
from tests.support.people import People
from tests.workflows.budgets.watching import another, later, never_read, spend, unhurried
from workflows.admin_api import AdminAPI, Limiter
from workflows.budgets import Budgets
from workflows.errors import AdminAPIError
from workflows.money import NANOS
from workflows.organization import Organization
from workflows.policy import load_policy
from workflows.store import Database


async def known(acme: Company, start: date, end: date) -> dict[str, int]:
    """Return what is stored of these days, in cents by project."""
    async with acme.database.read() as work:
        return {each: sum(days) // NANOS for each, days in (await work.spends(start, end)).items()}


async def spent(acme: Company, project_id: str = "") -> int:
    return (await acme.organization.project(project_id or acme.project_id)).spent


async def test_this_months_costs_of_each_project_are_added_up(acme: Company) -> None:
    await never_read(acme)
    for amount, ago in (("12.345", 0), ("0.2", 22), ("99", 23)):  # the last one in October
        spend(acme, amount, ago=ago)

    await later(acme)

    project = await acme.organization.project(acme.project_id)
    assert (project.spent, project.spent_at) == (1254, acme.clock())


async def test_all_projects_are_read_in_one_call_chain(acme: Company) -> None:
    for number in range(30):
        project = acme.local.add_project(name=f"p{number}")
        spend(acme, 1, project_id=project.id)
    before = await acme.calls("GET", "/organization/costs")

    await later(acme)

    assert await acme.calls("GET", "/organization/costs") == before + 1


async def test_the_first_reading_begins_with_last_month(acme: Company) -> None:
    await never_read(acme)
    for ago in (23, 53, 54):  # the 31st and 1st of October, the 30th of September
        spend(acme, 10, ago=ago)

    await later(acme)

    assert await known(acme, date(2026, 9, 1), date(2026, 11, 30)) == {acme.project_id: 20_00}


async def test_the_newest_days_are_read_again_because_they_grow(acme: Company) -> None:
    for ago in (0, 1, 2):
        spend(acme, 10, ago=ago)
    await later(acme)
    for ago in (0, 1, 2):
        spend(acme, 1, ago=ago)

    await later(acme)

    assert await spent(acme) == 33_00


async def test_what_was_missed_while_nobody_looked_is_read_afterwards(acme: Company) -> None:
    spend(acme, 10)
    await later(acme)
    acme.pass_time(days=6)
    spend(acme, 5, ago=5)
    spend(acme, 7, ago=3)

    await later(acme)

    assert await spent(acme) == 22_00


async def test_a_cost_that_is_taken_back_is_gone(acme: Company) -> None:
    spend(acme, 10, item="gpt-5, input")
    await later(acme)
    spend(acme, -10, item="gpt-5, input")

    await later(acme)

    assert await spent(acme) == 0


async def test_what_belongs_to_no_project_is_kept_so_that_totals_add_up(acme: Company) -> None:
    spend(acme, 10)
    spend(acme, "3.5", project_id=None)
    spend(acme, "-1.5", project_id=None, item="credit")

    await later(acme)

    today = acme.clock().date()
    assert await known(acme, today, today) == {acme.project_id: 10_00, "": 2_00}


async def test_a_project_nobody_has_seen_yet_has_its_spend_when_it_is(acme: Company) -> None:
    made = acme.local.add_project(name="brand-new")
    spend(acme, 4, project_id=made.id)
    await later(acme)

    await acme.organization.refresh()

    [project] = await acme.organization.projects_named("brand-new")
    assert project.spent == 4_00


async def test_costs_are_not_asked_for_at_every_tick(acme: Company) -> None:
    await later(acme)
    before = await acme.calls("GET", "/organization/costs")

    await later(acme, minutes=1)

    assert await acme.calls("GET", "/organization/costs") == before


async def test_one_of_many_processes_reads(acme: Company) -> None:
    before = await acme.calls("GET", "/organization/costs")
    acme.pass_time(minutes=15)

    await asyncio.gather(*(another(acme).run_due() for _ in range(5)))

    assert await acme.calls("GET", "/organization/costs") == before + 1


async def test_the_turn_of_a_process_that_died_passes_on(acme: Company) -> None:
    now = acme.clock()
    async with acme.database.begin() as work:
        assert await work.lease("budgets", "somebody who died", now, now + timedelta(minutes=10))
    spend(acme, 5)

    await later(acme, minutes=9)
    assert await spent(acme) == 0
    await later(acme, minutes=2)
    assert await spent(acme) == 5_00


async def test_an_hour_of_refusals_leaves_the_old_figures_and_their_age(acme: Company) -> None:
    spend(acme, 5)
    await later(acme)
    read_at = acme.clock()
    spend(acme, 5)
    await acme.fault(fault="rate_limited", path="/organization/costs", count=None)
    for _ in range(4):
        await later(acme)
    async with acme.database.read() as work:
        project = await work.project(acme.project_id)
    assert project is not None
    assert (project.spent, project.spent_at) == (5_00, read_at)
    async with httpx.AsyncClient() as client:
        await client.post(f"{acme.url}/_sandbox/faults", json={"clear": True})

    await later(acme, hours=1)

    assert await spent(acme) == 10_00


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400), timedelta(hours=-5)])
async def test_a_clock_that_was_wrong_for_a_while_loses_nothing(acme: Company, jump: timedelta) -> None:
    async with unhurried(acme) as api:
        budgets = another(acme, api=api)
        spend(acme, 5)
        await later(acme, budgets)
        acme.clock.moment += jump
        await budgets.run_due()
        acme.clock.moment -= jump
        spend(acme, 5)

        await later(acme, budgets)

    assert await spent(acme) == 10_00


def answering(results: list[Mapping[str, Any]], clock: Clock, database: Database) -> Budgets:
    """Return the part over an OpenAI whose costs of today are these."""
    midnight = int(clock().replace(hour=0, minute=0).timestamp())

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/costs"):
            return httpx.Response(200, json={"data": [{"start_time": midnight, "results": results}], "has_more": False})
        return httpx.Response(404, json={"error": {"message": "no such thing"}})

    limiter = Limiter(monotonic=itertools.count(0, 3600).__next__)
    api = AdminAPI(
        base_url="http://openai.example/v1",
        admin_key=SecretStr("sk-admin-test"),
        transport=httpx.MockTransport(answer),
        limiter=limiter,
    )
    organization = Organization(api=api, database=database, now=clock)
    return Budgets(
        api=api,
        organization=organization,
        directory=People(),
        database=database,
        policy=load_policy(None),
        now=clock,
    )


def cost(value: object, project_id: str | None = "proj_1", currency: str = "usd", **more: Any) -> Mapping[str, Any]:
    return {"amount": {"value": value, "currency": currency}, "project_id": project_id, "line_item": "gpt-5", **more}


@pytest.mark.parametrize(
    ("results", "cents"),
    [
        pytest.param([cost("12.50")], {"proj_1": 12_50}, id="a string"),
        pytest.param([cost(5), cost(-2)], {"proj_1": 3_00}, id="a credit"),
        pytest.param([cost(5), cost(5)], {"proj_1": 10_00}, id="one line item twice in a day"),
        pytest.param([cost(5), cost(2, None)], {"proj_1": 5_00, "": 2_00}, id="no project"),
        pytest.param([cost(5), cost(9, "proj_2", "eur")], {"proj_1": 5_00}, id="euros"),
        pytest.param([cost(5), cost("1e30", "proj_2")], {"proj_1": 5_00}, id="more than there is"),
        pytest.param([cost(0.1), cost(0.2, line_item=None)], {"proj_1": 30}, id="fractions, no line item"),
        pytest.param([], {}, id="nothing"),
    ],
)
async def test_odd_costs_are_counted_as_far_as_they_are_dollars(
    database: Database, clock: Clock, results: list[Mapping[str, Any]], cents: dict[str, int]
) -> None:
    budgets = answering(results, clock, database)

    await budgets.run_due()

    today = clock().date()
    async with database.read() as work:
        spends = {each: sum(days) // NANOS for each, days in (await work.spends(today, today)).items()}
        read = await work.cost_read()
    assert spends == cents
    assert read is not None
    assert ("left out for proj_2" in read.problem) == any("proj_2" in str(each) for each in results)


async def test_what_cannot_be_read_is_no_reading(database: Database, clock: Clock) -> None:
    budgets = answering([cost("many")], clock, database)

    with pytest.raises(AdminAPIError):
        await budgets.collect()

    async with database.read() as work:
        assert await work.cost_read() is None
