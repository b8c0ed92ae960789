"""A grant from its card: prolonged, given back, announced before its end, and listed."""

import pytest

from tests.bot.handlers.office import Office, action_ids, until, words
from tests.support.access import without_access
from workflows.lifecycle import State


async def test_more_time_is_asked_for_with_one_click(office: Office) -> None:
    request = await office.granted_budget(days=10)

    await office.press("dana", "extend")

    newest, first = await office.service.mine(office.id("dana"))
    assert (newest.extends, newest.state, first.id) == (request.id, State.PENDING, request.id)


async def test_an_approved_extension_moves_the_end_on_the_card(office: Office) -> None:
    await office.granted_budget(days=10)
    card = await office.card()
    await office.press("dana", "extend")
    newest = (await office.service.mine(office.id("dana")))[0]

    await office.carried_out(newest, "petra")

    thread = await office.sees("dana", thread_ts=card["ts"])
    assert "was given more time" in words(thread)


async def test_nobody_else_can_ask_for_more_time(office: Office) -> None:
    await office.granted_budget()
    buttons = (await office.card())["blocks"][-1]["elements"]

    await office.deliver(
        {
            "type": "block_actions",
            "team": {"id": office.workspace.id},
            "user": {"id": office.id("petra")},
            "channel": {"id": office.requests},
            "actions": [{"action_id": "extend", "value": buttons[0]["value"], "action_ts": "1.2"}],
        }
    )

    async def told() -> bool:
        return "Only who asked for this can ask for more time" in words(await office.sees("petra"))

    await until(told)
    assert await office.service.mine(office.id("petra")) == []


@pytest.mark.parametrize(("who", "event"), [("dana", "gave"), ("petra", "ended")])
async def test_a_grant_is_ended_early(office: Office, who: str, event: str) -> None:
    request = await office.granted_budget()

    await office.press(who, "give_back")
    await office.told_everybody()
    assert await office.state(request) is State.REVERTING
    assert event in words(await office.thread())
    office.company.pass_time(minutes=1)
    await office.company.executor.run_due()
    await office.told_everybody()

    assert await office.state(request) is State.REVERTED
    card = await office.card()
    assert "✓" in words(card)
    assert action_ids(card["blocks"]) == {"again"}


async def test_a_grant_is_not_given_back_twice(office: Office) -> None:
    request = await office.granted_budget()
    await office.fault(redeliver=1)

    await office.press("dana", "give_back")

    assert (await office.company.trail(request)).count("given_back") == 1


async def test_an_end_is_announced_in_the_thread_and_to_the_requester(office: Office) -> None:
    await office.granted_budget(days=10)
    office.company.pass_time(days=8)

    await office.service.announce_ends()
    await office.told_everybody()

    assert {"extend", "give_back"} <= action_ids((await office.thread())[-1]["blocks"])
    assert "ends soon: " in await office.told("dana")


async def test_the_announcement_loses_its_buttons_when_the_grant_is_over(office: Office) -> None:
    await office.granted_budget(days=10)
    office.company.pass_time(days=8)
    await office.service.announce_ends()
    await office.told_everybody()

    await office.press("dana", "give_back")
    await office.told_everybody()

    assert not any(action_ids(each.get("blocks", [])) for each in await office.thread())


async def test_what_cannot_be_taken_back_is_told_in_the_alerts_channel(office: Office) -> None:
    await office.granted_budget()
    await office.press("dana", "give_back")
    async with without_access(office.company):
        await office.company.executor.run_due()
    await office.told_everybody()

    alerts = office.workspace.channel_named("alerts").id
    assert "could not be taken back" in words(await office.sees("pat", alerts))
    assert {"retry"} == action_ids((await office.card())["blocks"])


async def test_what_a_failure_had_done_is_taken_back_from_its_card(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {
        "name": "support-assistant",
        "environment": "production",
        "purpose": "Answers customers.",
        "owners": ["olivia@acme.example"],
    }
    request = await office.service.open("new_project", values, office.id("dana"), origin="")
    monkeypatch.setattr(office.company.local, "models", {})
    await office.carried_out(request, "olivia")
    assert await office.state(request) is State.FAILED

    await office.press("olivia", "abandon")
    office.company.pass_time(minutes=1)
    await office.company.executor.run_due()
    await office.told_everybody()

    assert await office.state(request) is State.REVERTED
    assert "has taken back what was done" in await office.told("dana")


async def test_grants_lists_what_is_given_for_a_time(office: Office) -> None:
    request = await office.granted_budget()

    mine = words((await office.command("dana", "grants"))["ephemeral"])

    assert request.id in mine
    assert "for Dana" in mine
    assert "Nothing that you may see" in words((await office.command("fay", "grants"))["ephemeral"])
    assert request.id in words((await office.command("audra", "grants"))["ephemeral"])
