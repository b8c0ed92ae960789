"""Each threshold is told of once, whatever happens meanwhile: restarts, replicas, raises, credits, a new month."""

import asyncio
from decimal import Decimal

from tests.support.company import Company
from tests.workflows.budgets.watching import another, later, marks, proofs, spend, told

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
