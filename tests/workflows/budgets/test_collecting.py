"""Costs of all projects are read in one go, again while they grow, and whatever was missed meanwhile."""

import asyncio
from datetime import date, timedelta

import httpx
import pytest

from tests.support.company import Company
from tests.workflows.budgets.watching import another, later, never_read, spend, unhurried
from workflows.money import NANOS
from workflows.scheduler import Scheduler


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


async def test_the_scheduler_has_costs_read_by_itself(acme: Company) -> None:
    spend(acme, 5)
    acme.pass_time(minutes=15)
    scheduler = Scheduler(
        services=[acme.service],
        executor=acme.executor,
        custodian=acme.custodian,
        guard=acme.guard,
        organization=acme.organization,
        budgets=acme.budgets,
        reports=[acme.reports],
        database=acme.database,
        now=acme.clock,
        more={},
        interval=3600.0,
    )
    await scheduler.start()

    await scheduler.stop()  # it lets end what it began

    assert await spent(acme) == 5_00
