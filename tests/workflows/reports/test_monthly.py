"""A month's showback is told once, when the month does not grow any more."""

import asyncio

import pytest

from tests.support.company import Company
from tests.support.databases import BOTH
from tests.workflows.budgets.watching import proofs, spend
from tests.workflows.reports.reporting import another, at, showbacks
from workflows.money import NANOS
from workflows.reports.showback import NO_CENTRE, NO_PROJECT, Level


@pytest.fixture(name="november")
async def _november(acme: Company) -> Company:
    """Have the bot installed in November, and $100 spent in it, of which ten belong to no project."""
    await acme.reports.run_due()
    spend(acme, 90)
    spend(acme, 10, project_id=None)
    return acme


async def test_it_is_told_on_the_fourth_day(november: Company) -> None:
    await at(november, "2026-12-03 23:50")
    assert await showbacks(november) == []

    await at(november, "2026-12-04 00:05")

    (only,) = await showbacks(november)
    assert (only.period, only.final, only.total) == ("2026-11", True, 100_00 * NANOS)
    named = [(each.name, each.nanos // NANOS) for each in only.rows if each.level is Level.CENTRE]
    assert named == [(NO_CENTRE, 90_00), (NO_PROJECT, 10_00)]


@BOTH
async def test_restarts_and_replicas_tell_it_once(november: Company) -> None:
    await at(november, "2026-12-04 01:00", rounds=0)
    await asyncio.gather(*(another(november).run_due() for _ in range(4)))
    for day in ("2026-12-05 01:00", "2026-12-31 23:00"):
        await at(november, day, another(november))

    assert [each.period for each in await showbacks(november)] == ["2026-11"]
    assert [each["month"] for each in await proofs(november.database, "showback_posted")] == ["2026-11"]


async def test_after_a_downtime_it_comes_late(november: Company) -> None:
    await at(november, "2026-12-20 12:00", another(november))

    assert [each.final for each in await showbacks(november)] == [True]


async def test_it_waits_for_the_last_costs_of_the_month(november: Company) -> None:
    november.pass_time(days=15)  # the costs were last read in November
    await november.reports.run_due()

    assert await showbacks(november) == []


async def test_a_month_before_the_installation_is_not_told(acme: Company) -> None:
    spend(acme, 90, ago=30)

    await at(acme, "2026-11-24 09:00")

    assert await showbacks(acme) == []


async def test_without_a_channel_for_it_it_is_not_told(november: Company) -> None:
    await at(november, "2026-12-04 01:00", another(november, posts_showback=False))

    assert await showbacks(november) == []


async def test_a_month_without_costs_is_not_told(acme: Company) -> None:
    await acme.reports.run_due()

    await at(acme, "2026-12-04 01:00")

    assert await showbacks(acme) == []
