"""Each threshold is told of once, whatever happens meanwhile: restarts, replicas, raises, credits, a new month."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.support.company import Company
from tests.workflows.budgets.watching import another, later, marks, never_read, proofs, spend, told, unhurried
from workflows.model import AlertKind, Scope
from workflows.policy import Alerts, Budget, Terms

LIMIT = 500_00
"""What the company's project may spend in a month."""


async def test_eighty_percent_with_forty_keys_active_is_one_message_also_after_a_restart(acme: Company) -> None:
    today = acme.clock().date()
    for number in range(40):
        acme.local.add_spend(acme.project_id, Decimal(10), "gpt-5-mini, input", today, api_key_id=f"key_{number}")

    await later(acme)
    await later(acme, another(acme))
    await later(acme, another(acme))

    [alert] = await told(acme.database)
    assert (alert.mark, alert.percent, alert.spent, alert.limit) == ("80%", 80, 400_00, LIMIT)


async def test_spend_exactly_equal_to_a_threshold_fires(acme: Company) -> None:
    spend(acme, "249.999999999")
    await later(acme)
    assert await marks(acme.database) == []

    spend(acme, "0.000000001")
    await later(acme)

    assert await marks(acme.database) == ["50%"]


async def test_each_next_threshold_is_told_in_its_turn(acme: Company) -> None:
    for _ in range(22):
        spend(acme, 25)
        await later(acme)

    alerts = await told(acme.database)
    assert [each.mark for each in alerts] == ["50%", "80%", "95%", "100%"]
    assert [each.critical for each in alerts] == [False, False, True, True]
    assert len({each.thread for each in alerts}) == 1


async def test_several_thresholds_at_once_are_one_message_about_the_highest(acme: Company) -> None:
    spend(acme, 600)
    await later(acme)
    await later(acme)

    assert await marks(acme.database) == ["100%"]
    assert (await proofs(acme.database))[0]["also"] == ["50%", "80%", "95%"]


async def test_many_processes_at_once_tell_once(acme: Company) -> None:
    spend(acme, 450)
    acme.pass_time(minutes=15)

    await asyncio.gather(*(another(acme).run_due() for _ in range(5)))

    assert await marks(acme.database) == ["80%"]


async def test_an_alert_is_written_down_with_its_proof(acme: Company) -> None:
    spend(acme, 300, item="gpt-5, output")
    spend(acme, 100, item="gpt-5-mini, input")
    await later(acme)

    [alert], [proof] = await told(acme.database), await proofs(acme.database)
    assert (proof["alert"], proof["spent"], proof["limit"], proof["mark"]) == (alert.id, 400_00, LIMIT, "80%")
    assert alert.driver is not None
    assert (alert.driver.what, alert.driver.percent) == ("gpt-5", 75)
    assert alert.as_of == acme.clock()


async def test_a_raise_arms_what_lies_above_the_spend_again(acme: Company) -> None:
    spend(acme, 400)
    await later(acme)
    await acme.carried_out(await acme.ask_for_budget("1000"), "petra")
    await later(acme)
    assert await marks(acme.database) == ["80%"]

    spend(acme, 100)  # half of the new limit
    await later(acme)
    spend(acme, 300)
    await later(acme)

    assert await marks(acme.database) == ["80%", "50%", "80%"]


async def test_a_limit_raised_at_the_dashboard_is_seen_before_anybody_is_alarmed(acme: Company) -> None:
    await acme.api.set_spend_limit(acme.project_id, 1_000_00)
    spend(acme, 450)

    await later(acme)

    assert await marks(acme.database) == []


async def test_a_limit_cut_at_the_dashboard_is_seen_within_the_hour(acme: Company) -> None:
    spend(acme, 200)
    await later(acme)
    await acme.api.set_spend_limit(acme.project_id, 220_00)

    for _ in range(5):
        await later(acme)

    [alert] = await told(acme.database)
    assert (alert.mark, alert.limit) == ("80%", 220_00)


async def test_the_last_known_limit_will_do_while_openai_does_not_tell_it(acme: Company) -> None:
    await acme.organization.project(acme.project_id)
    spend(acme, 400)
    await acme.fault(
        fault="server_error", status=503, path="/organization/projects/{project_id}/spend_limit", count=None
    )

    await later(acme)

    [alert] = await told(acme.database)
    assert (alert.mark, alert.limit) == ("80%", LIMIT)
    assert alert.limit_as_of is not None
    assert alert.limit_as_of < alert.at


async def test_a_credit_and_more_spend_tell_nothing_twice(acme: Company) -> None:
    spend(acme, 400)
    await later(acme)
    spend(acme, -200, item="credit")
    await later(acme)
    spend(acme, 210)
    await later(acme)

    assert await marks(acme.database) == ["80%"]


async def test_a_project_without_a_limit_has_no_shares(acme: Company) -> None:
    await acme.api.delete_spend_limit(acme.project_id)
    spend(acme, 100_000)

    await later(acme)

    assert await marks(acme.database) == []


async def test_a_limit_below_what_is_spent_already_is_told_of(acme: Company) -> None:
    await acme.api.set_spend_limit(acme.project_id, 1_00)
    spend(acme, 200)

    await later(acme)
    await later(acme, hours=2)

    assert await marks(acme.database) == ["100%"]


async def test_an_archived_project_with_spend_alarms_nobody(acme: Company) -> None:
    made = acme.local.add_project(name="gone")
    await acme.api.set_spend_limit(made.id, 10_00)
    spend(acme, 100, project_id=made.id)
    await acme.api.archive_project(made.id)
    await acme.organization.refresh()

    await later(acme)
    await later(acme)

    assert await marks(acme.database) == []


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


ALERTS = Alerts(
    terms=Terms(thresholds=(50,), amounts=(200_00,)),
    environments={"sandbox": Terms(thresholds=(20,))},
    projects={"internal-qa": Terms(thresholds=(30,))},
)


@pytest.mark.parametrize(
    ("environment", "alerts", "dollars", "mark"),
    [
        ("", Alerts(terms=ALERTS.terms), 199, []),
        ("", Alerts(terms=ALERTS.terms), 200, ["$200"]),
        ("", Alerts(terms=ALERTS.terms), 250, ["50%"]),
        ("sandbox", Alerts(environments=ALERTS.environments), 100, ["20%"]),
        ("staging", Alerts(environments=ALERTS.environments), 100, []),
        ("sandbox", ALERTS, 100, []),
        ("sandbox", ALERTS, 150, ["30%"]),
        ("", Alerts(terms=Terms(thresholds=())), 499, []),
    ],
)
async def test_the_policy_says_for_each_project_and_environment_when_to_warn(
    acme: Company, environment: str, alerts: Alerts, dollars: int, mark: list[str]
) -> None:
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, environment=environment)
    spend(acme, dollars)

    await later(acme, another(acme, alerts))

    assert await marks(acme.database) == mark


async def test_a_cost_centre_and_the_organisation_have_budgets_of_their_own(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.learn_project(acme.project_id, cost_centre="cc-1")
    alerts = Alerts(
        terms=Terms(thresholds=()),
        cost_centres={"cc-1": Budget(monthly=100_00, terms=Terms()), "cc-2": Budget(monthly=1_00, terms=Terms())},
        organization=Budget(monthly=200_00, terms=Terms()),
    )
    spend(acme, 80)
    spend(acme, 25, project_id=None)

    await later(acme, another(acme, alerts))

    found = {(each.scope, each.subject): each for each in await told(acme.database)}
    assert {key: (each.mark, each.spent) for key, each in found.items()} == {
        (Scope.COST_CENTRE, "cc-1"): ("80%", 80_00),
        (Scope.ORGANIZATION, ""): ("50%", 105_00),
    }
    assert all(each.critical and not each.project_id for each in found.values())


async def spend_since_october(acme: Company, dollars: float) -> None:
    """Spend the same on each day until yesterday, and have it read."""
    await never_read(acme)
    for ago in range(1, 54):
        spend(acme, dollars, ago=ago)


async def test_a_limit_that_will_be_hit_is_foreseen_once(acme: Company) -> None:
    await spend_since_october(acme, 20)  # 440 of 500 by the 22nd, 600 by the end
    alerts = Alerts(terms=Terms(thresholds=()))

    await later(acme, another(acme, alerts))
    await later(acme, another(acme, alerts))

    [alert] = await told(acme.database)
    assert (alert.kind, alert.mark, alert.threshold, alert.spent) == (AlertKind.FORECAST, "forecast", LIMIT, 440_00)
    assert alert.forecast is not None
    assert (alert.forecast.end, str(alert.forecast.hits_on)) == (600_00, "2026-11-25")


async def test_a_threshold_that_is_told_says_what_is_foreseen_as_well(acme: Company) -> None:
    await spend_since_october(acme, 20)

    await later(acme)
    await later(acme)

    [alert] = await told(acme.database)
    assert (alert.kind, alert.mark) == (AlertKind.THRESHOLD, "80%")
    assert alert.forecast is not None
    assert alert.forecast.hits_on is not None


async def test_a_raise_that_is_enough_lets_the_forecast_be_told_again(acme: Company) -> None:
    await spend_since_october(acme, 20)
    budgets = another(acme, Alerts(terms=Terms(thresholds=()), spikes=False))
    await later(acme, budgets)
    await acme.carried_out(await acme.ask_for_budget("700"), "petra")
    await later(acme, budgets)
    assert await marks(acme.database) == ["forecast"]

    acme.pass_time(days=3)
    for ago in range(4):
        spend(acme, 60, ago=ago)
    await later(acme, budgets)

    assert await marks(acme.database) == ["forecast", "forecast"]


async def test_a_day_far_above_the_usual_is_told_once_with_what_drove_it(acme: Company) -> None:
    await acme.api.set_spend_limit(acme.project_id, 90_000_00)
    await spend_since_october(acme, 20)
    spend(acme, 200, item="gpt-5, output")

    await later(acme)
    acme.pass_time(days=1)
    spend(acme, 300, item="gpt-5, output")
    await later(acme)

    [alert] = await told(acme.database)
    assert (alert.kind, alert.mark) == (AlertKind.ANOMALY, "spike 2026-11-23")
    assert alert.spike is not None
    assert alert.driver is not None
    assert (alert.spike.spent, alert.spike.usual) == (200_00, 20_00)
    assert (alert.driver.what, alert.driver.percent) == ("gpt-5", 100)


async def test_what_the_policy_switches_off_is_not_told(acme: Company) -> None:
    await spend_since_october(acme, 20)
    spend(acme, 55)

    await later(acme, another(acme, Alerts(terms=Terms(thresholds=()), forecast=False, spikes=False)))

    assert await marks(acme.database) == []
