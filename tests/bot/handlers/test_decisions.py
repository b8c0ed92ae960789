"""The buttons on cards, from the click to what everybody then sees."""

import asyncio
from typing import Any

import pytest

from bot.handlers import guard
from sandbox.slack.errors import SlackError
from tests.bot.handlers.office import Office, action_ids, until, words
from workflows.lifecycle import State
from workflows.model import Request


async def budget(office: Office, limit: str = "800") -> Request:
    return await office.ask_for_budget("dana", limit)


async def test_the_card_and_its_call_mention_only_the_approvers(office: Office) -> None:
    await budget(office)

    card, (call,) = await office.card(), await office.thread()

    assert "<!channel>" not in words(card)
    assert "&lt;!channel&gt;" in words(card)
    assert f"<@{office.id('petra')}>" in call["text"]
    assert action_ids(call["blocks"]) == {"approve", "approve_note", "narrow", "ask", "deny"}
    assert action_ids(card["blocks"]) == {"edit", "cancel"}


async def test_an_approval_is_carried_out_to_the_final_card(office: Office) -> None:
    request = await budget(office)

    await office.press("petra", "approve")
    await office.company.executor.run_due()
    await office.told_everybody()

    assert await office.state(request) is State.COMPLETED
    card, thread = await office.card(), await office.thread()
    assert "✅ *Done*" in words(card)
    assert "✓ " in words(card)
    assert action_ids(card["blocks"]) == {"again"}
    assert not any(action_ids(each.get("blocks", [])) for each in thread)
    assert "is done" in await office.told("dana")


async def test_two_stages_call_two_groups(office: Office) -> None:
    request = await budget(office, "2500")

    await office.press("petra", "approve")
    await office.told_everybody()
    assert await office.state(request) is State.PENDING
    assert f"<@{office.id('finn')}>" in words(await office.thread())
    await office.press("finn", "approve")
    await office.press("fay", "approve")

    assert await office.state(request) is State.APPROVED


async def test_a_denial_asks_why_and_tells_the_requester(office: Office) -> None:
    request = await budget(office)

    view = (await office.press("petra", "deny"))["view"]
    assert await office.state(request) is State.PENDING
    unsaid = await office.submit("petra", view, reason="")
    answer = await office.submit("petra", view, reason="Too much <!here> for now")
    await office.told_everybody()

    assert "reason" in unsaid["errors"]
    assert answer["ok"]
    assert await office.state(request) is State.DENIED
    for told in (await office.told("dana"), words(await office.card()), words(await office.thread())):
        assert "Too much &lt;!here&gt; for now" in told
    assert action_ids((await office.card())["blocks"]) == {"again"}


@pytest.mark.parametrize(
    ("who", "sentence"), [("dana", "Nobody decides their own request"), ("omar", "you are not one of them")]
)
async def test_a_refusal_reaches_only_the_one_who_clicked(office: Office, who: str, sentence: str) -> None:
    request = await budget(office)

    await office.press(who, "approve")

    async def told() -> bool:
        return sentence in words(await office.thread(who))

    await until(told)
    assert await office.state(request) is State.PENDING
    assert sentence not in words(await office.thread("petra"))


async def test_a_forged_cancellation_is_refused_though_the_button_was_hidden(office: Office) -> None:
    request = await budget(office)
    card = await office.card()
    _, button = card["blocks"][-1]["elements"]

    status, _ = await office.deliver(
        {
            "type": "block_actions",
            "team": {"id": office.workspace.id},
            "user": {"id": office.id("omar"), "team_id": office.workspace.id},
            "channel": {"id": office.requests},
            "message": {"ts": card["ts"]},
            "actions": [button | {"action_ts": "1.2"}],
        }
    )

    async def told() -> bool:
        return "Only the requester or an administrator" in words(await office.sees("omar"))

    assert status == 200
    await until(told)
    assert await office.state(request) is State.PENDING


async def test_somebody_of_another_workspace_cannot_decide(office: Office) -> None:
    request = await budget(office)
    eve = office.workspace.add_user(name="eve", email="petra@acme.example", team_id="T0ELSEWHERE")
    office.workspace.state.channels[office.requests].members.append(eve.id)

    await office.press("eve", "approve")

    async def told() -> bool:
        return "workspace" in words((await office.thread("eve"))[-1])

    await until(told)
    assert await office.state(request) is State.PENDING


async def test_a_refused_denial_is_said_in_the_dialog(office: Office) -> None:
    request = await budget(office)

    view = (await office.press("omar", "deny"))["view"]
    first = await office.submit("omar", view, reason="No")
    second = await office.submit("omar", view, reason="No!")

    assert "not one of them" in first["errors"]["reason"]
    assert "not one of them" in second["errors"]["reason"]
    assert await office.state(request) is State.PENDING


async def test_the_second_approver_is_told_who_was_first(office: Office) -> None:
    await budget(office)
    stage = (await office.thread())[0]
    view = (await office.press("petra", "deny"))["view"]

    await office.action("petra", "approve", channel=office.requests, ts=stage["ts"])
    late = await office.submit("petra", view, reason="No")

    assert "Petra approved this already" in late["errors"]["reason"]


async def test_a_click_brought_twice_counts_once(office: Office) -> None:
    request = await budget(office, "2500")
    await office.fault(redeliver=1)

    await office.press("petra", "approve")
    await office.background.drain(5)

    assert len((await office.service.dossier(request.id)).decisions) == 1


async def test_a_slow_click_is_answered_and_still_counts(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    request = await budget(office)
    go = asyncio.Event()
    decide = office.service.decide

    async def slow(*given: Any, **named: Any) -> Any:
        await go.wait()
        return await decide(*given, **named)

    monkeypatch.setattr(office.service, "decide", slow)
    monkeypatch.setattr(guard, "ANSWER_WITHIN", 0.05)
    answer = await office.press("petra", "approve")
    assert answer["ok"]
    assert await office.state(request) is State.PENDING

    go.set()

    async def approved() -> bool:
        return await office.state(request) is State.APPROVED

    await until(approved)


async def test_a_broken_listener_is_answered_with_a_reference(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    await budget(office)

    async def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("the secret cause")

    monkeypatch.setattr(office.service, "decide", broken)
    answer = await office.press("petra", "approve")

    assert answer["ok"]

    async def told() -> str:
        said = words(await office.thread("petra"))
        return said if "Something went wrong on our side" in said else ""

    assert "secret" not in await until(told)


async def test_the_requester_withdraws(office: Office) -> None:
    request = await budget(office)

    await office.press("dana", "cancel")
    await office.told_everybody()

    assert await office.state(request) is State.CANCELLED
    assert action_ids((await office.card())["blocks"]) == {"again"}
    assert not action_ids((await office.thread())[0].get("blocks", []))


async def test_a_failed_request_is_tried_again_from_its_card(office: Office) -> None:
    request = await budget(office)
    await office.press("petra", "approve")
    await office.company.api.archive_project(office.company.project_id)
    await office.company.executor.run_due()
    await office.told_everybody()
    assert await office.state(request) is State.FAILED
    assert "What happened" in words(await office.card())

    await office.press("pat", "retry")

    assert await office.state(request) is State.APPROVED


def worn_out(key: str) -> None:
    """Stand for a ``response_url`` that was used up."""
    raise SlackError("used_url", given=key)


@pytest.mark.parametrize("where", ["ephemeral", "both"])
async def test_a_refusal_finds_another_way_when_slack_takes_none(
    office: Office, where: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await budget(office)
    await office.fault(methods=[{"method": "chat.postEphemeral", "error": "user_not_in_channel"}])
    if where == "both":
        monkeypatch.setattr(office.workspace.response_urls, "use", worn_out)

    await office.press("dana", "approve")

    async def told() -> bool:
        seen = words(await office.thread("dana")) + await office.told("dana")
        return "Nobody decides their own request" in seen

    await until(told)
