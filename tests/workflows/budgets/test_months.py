"""A month's alerts are its own: late costs, a downtime over its end, a clock that is wrong."""

from datetime import UTC, datetime

import pytest

from tests.support.company import Company
from tests.workflows.budgets.watching import another, later, marks, spend, told, unhurried


async def test_a_new_month_begins_anew(acme: Company) -> None:
    spend(acme, 400)
    await later(acme)
    acme.clock.moment = datetime(2026, 12, 4, 12, tzinfo=UTC)
    acme.local.clock.set(acme.clock().timestamp())
    await later(acme)
    assert await marks(acme.database) == ["80%"]

    spend(acme, 400)
    await later(acme)

    assert [(each.period, each.mark) for each in await told(acme.database)] == [("2026-11", "80%"), ("2026-12", "80%")]


async def test_costs_of_last_month_that_come_late_are_told_of_last_month(acme: Company) -> None:
    spend(acme, 300)
    await later(acme)
    acme.clock.moment = datetime(2026, 12, 1, 4, tzinfo=UTC)
    acme.local.clock.set(acme.clock().timestamp())
    spend(acme, 120, ago=1)

    await later(acme)
    await later(acme)

    assert [(each.period, each.mark) for each in await told(acme.database)] == [("2026-11", "50%"), ("2026-11", "80%")]


async def test_last_month_is_judged_by_the_limit_that_it_had(acme: Company) -> None:
    await acme.api.set_spend_limit(acme.project_id, 1_000_00)
    spend(acme, 450)
    await later(acme)
    acme.clock.moment = datetime(2026, 12, 1, 4, tzinfo=UTC)
    acme.local.clock.set(acme.clock().timestamp())
    await acme.api.set_spend_limit(acme.project_id, 500_00)
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, limit=500_00, seen_at=acme.clock())
    spend(acme, 10, ago=1)

    await later(acme)

    assert await marks(acme.database) == []


async def test_a_downtime_over_the_end_of_a_month_alarms_nobody_about_the_past(acme: Company) -> None:
    spend(acme, 100)
    await later(acme)
    acme.clock.moment = datetime(2026, 12, 20, 12, tzinfo=UTC)
    acme.local.clock.set(acme.clock().timestamp())
    spend(acme, 400, ago=21)

    await later(acme)

    assert await marks(acme.database) == []


@pytest.mark.parametrize("days", [-400, 40, 400])
async def test_a_clock_that_jumps_alarms_nobody_wrongly_and_loses_no_alert(acme: Company, days: int) -> None:
    async with unhurried(acme) as api:
        spend(acme, 260)
        await later(acme, another(acme, api=api))
        right = acme.clock.moment
        acme.clock.advance(days=days)
        await another(acme, api=api).run_due()
        assert await marks(acme.database) == ["50%"]
        acme.clock.moment = right
        spend(acme, 140)

        for _ in range(3):
            await later(acme, another(acme, api=api))

    assert await marks(acme.database) == ["50%", "80%"]
