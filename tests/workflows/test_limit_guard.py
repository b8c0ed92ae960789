"""A spend limit that a spend alert overwrote is put back and reported; what people chose by hand is left alone."""

import json
from typing import Any

import httpx
import pytest

from tests.support.company import Company
from workflows.model import OutboxTopic, Request, Role

RECIPIENTS = {"type": "email", "recipients": ["fay@acme.example"]}


async def limited(acme: Company) -> Request:
    """Have a limit of 200 dollars set as it was approved."""
    return await acme.carried_out(await acme.ask_for_budget("200"), "petra")


async def alert(acme: Company, cents: int) -> None:
    """Create a spend alert as somebody at the dashboard would, with OpenAI's reported fault."""
    await acme.fault(fault="alert_overwrites_limit", method="POST", count=None)
    body: dict[str, Any] = {"threshold_amount": cents, "currency": "USD", "interval": "month"}
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {acme.local.admin_key}"}) as client:
        url = f"{acme.url}/v1/organization/projects/{acme.project_id}/spend_alerts"
        (await client.post(url, json=body | {"notification_channel": RECIPIENTS})).raise_for_status()


async def limit(acme: Company) -> tuple[int, str] | None:
    found = await acme.api.spend_limit(acme.project_id)
    return (found.cents, found.enforcement) if found else None


async def test_a_limit_of_200_that_an_alert_of_160_overwrote_is_200_and_enforced_again(acme: Company) -> None:
    await limited(acme)
    before = await limit(acme)
    await alert(acme, 160_00)
    assert await limit(acme) != before

    await acme.guard.run_due()

    assert await limit(acme) == before


async def test_it_is_reported_in_the_thread_and_in_the_channel_for_alerts(acme: Company) -> None:
    request = await limited(acme)
    await alert(acme, 160_00)
    await acme.guard.run_due()

    async with acme.database.begin() as work:
        (entry,) = [each for each in await work.trail(request.id) if each.action == "limit_restored"]
        version = (await work.get(request.id)).version
        for role in (f"{Role.NOTE}:{version}", f"{Role.ALARM}:{version}"):
            assert not await work.tell(OutboxTopic.POST, request.id, role, acme.clock()), "It was ordered before."
    assert json.loads(entry.data)["openai_request_ids"]
    assert '"before":16000' in entry.data


async def test_a_limit_that_somebody_chose_by_hand_is_left_alone(acme: Company) -> None:
    await limited(acme)
    await acme.api.set_spend_limit(acme.project_id, 123_00)
    await acme.guard.run_due()

    assert (await limit(acme) or (0,))[0] == 123_00


async def test_an_alert_that_changed_nothing_changes_nothing(acme: Company) -> None:
    request = await limited(acme)
    await alert(acme, 200_00)
    await acme.guard.run_due()

    assert "limit_restored" not in await acme.trail(request)


@pytest.mark.parametrize(("minutes", "restored"), [(5, False), (11, True)])
async def test_a_limit_is_looked_at_every_ten_minutes(acme: Company, minutes: int, restored: bool) -> None:  # noqa: FBT001 - a column of the table
    request = await limited(acme)
    await acme.guard.run_due()
    await alert(acme, 160_00)
    acme.pass_time(minutes=minutes)
    await acme.guard.run_due()

    assert ("limit_restored" in await acme.trail(request)) is restored


async def test_after_a_day_it_is_not_looked_at_any_more(acme: Company) -> None:
    await limited(acme)
    acme.pass_time(hours=25)
    calls = await acme.calls("GET", "/spend_limit")
    await acme.guard.run_due()

    assert await acme.calls("GET", "/spend_limit") == calls


async def test_what_openai_does_not_answer_is_looked_at_the_next_time(acme: Company) -> None:
    request = await limited(acme)
    await alert(acme, 160_00)
    await acme.fault(fault="server_error", method="GET", path_regex="spend_limit", count=9)
    await acme.guard.run_due()
    assert "limit_restored" not in await acme.trail(request)
    async with httpx.AsyncClient() as client:
        await client.delete(f"{acme.url}/_sandbox/faults")
    acme.pass_time(minutes=11)

    await acme.guard.run_due()

    assert "limit_restored" in await acme.trail(request)
