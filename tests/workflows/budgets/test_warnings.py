"""What is told before it is too late: a limit that will be hit, and a day far above the usual."""

from tests.support.company import Company
from tests.workflows.budgets.watching import another, later, marks, never_read, spend, told
from workflows.model import AlertKind
from workflows.policy import Alerts, Terms

LIMIT = 500_00
"""What the company's project may spend in a month."""


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
