"""The notifier: what it posts, where, and in what order; and what it does when Slack refuses."""

import asyncio
import contextlib

import pytest

from bot.notifier.mailbox import EVENT_TYPE
from sandbox.scenario.hands import eventually
from tests.bot.desk import Desk
from tests.bot.handlers.office import action_ids
from tests.bot.workplace import Workplace
from tests.support.alerts import no_alert
from tests.support.clock import Clock
from tests.support.notifiers import notifier_in
from workflows.lifecycle import State
from workflows.model import OutboxTopic, Posted
from workflows.store import Database

SOON = {"minutes": 6}
"""Longer than the longest pause between two attempts, and than a lease."""


async def test_a_new_request_gets_a_card_a_call_in_its_thread_and_a_word_to_its_requester(desk: Desk) -> None:
    await desk.ask()

    await desk.drain()

    card, call = desk.in_channel()
    assert card.metadata == {"event_type": EVENT_TYPE, "event_payload": {"request": "R1", "role": "card"}}
    assert call.thread_ts == card.ts
    assert f"<@{desk.workplace.id('olivia')}>" in str(call.blocks)
    assert len(desk.workplace.direct("dana")) == 1


async def test_nothing_is_due_after_everything_was_told(desk: Desk) -> None:
    await desk.ask()

    drained = await desk.notifier.drain(desk.clock())

    assert (drained.count, drained.due_at) == (3, None)


async def test_a_found_card_is_brought_up_to_date_by_the_next_redrawing(desk: Desk) -> None:
    request = await desk.ask()
    desk.workplace.fault(methods=[{"method": "chat.postMessage", "drop": "after"}])
    await desk.drain()
    await desk.move(request, State.CANCELLED)

    await desk.drain(**SOON)

    card = desk.in_channel()[0]
    assert "ancelled" in card.text
    assert action_ids(card.blocks or []) == {"again"}


async def test_two_notifiers_at_once_post_each_message_once(desk: Desk) -> None:
    for number in range(4):
        await desk.ask(f"R{number}")
    other = desk.another_notifier()

    await asyncio.gather(desk.notifier.drain(desk.clock()), other.drain(desk.clock()))
    await desk.drain(**SOON)

    assert sorted(desk.roles()) == ["card"] * 4 + ["stage:0"] * 4


async def test_a_rate_limit_is_waited_for_as_long_as_slack_says(desk: Desk) -> None:
    await desk.ask()
    desk.workplace.fault(methods=[{"method": "chat.postMessage", "error": "ratelimited", "retry_after": 90}])

    drained = await desk.notifier.drain(desk.clock())

    assert drained.due_at is not None
    assert desk.roles() == []
    await desk.drain(seconds=89)
    assert desk.roles() == []
    await desk.drain(seconds=3)
    assert desk.roles() == ["card", "stage:0"]


@pytest.mark.parametrize("code", ["invalid_auth", "missing_scope", "internal_error", "fatal_error"])
async def test_what_may_pass_or_can_be_mended_is_kept(desk: Desk, code: str) -> None:
    await desk.ask()
    desk.workplace.fault(methods=[{"method": "chat.postMessage", "error": code, "times": 2}])

    for _ in range(3):
        await desk.drain(**SOON)

    assert desk.roles() == ["card", "stage:0"]


async def test_a_decision_strips_the_buttons_of_every_copy(desk: Desk) -> None:
    request = await desk.ask()
    await desk.drain()
    await desk.move(request, State.DENIED)

    await desk.drain()

    assert {action for each in desk.in_channel() for action in action_ids(each.blocks or [])} == {"again"}


async def test_a_copy_that_is_up_to_date_is_not_updated_again(desk: Desk) -> None:
    request = await desk.ask()
    await desk.drain()
    after = await desk.move(request, State.DENIED)
    await desk.drain()
    updates = desk.workplace.calls("chat.update")
    await desk.order(request.id, f"again {after.version}", OutboxTopic.REDRAW)

    await desk.drain()

    assert desk.workplace.calls("chat.update") == updates == 2


async def test_a_card_that_somebody_removed_is_posted_anew(desk: Desk) -> None:
    request = await desk.ask()
    await desk.drain()
    channel = desk.workplace.channel("requests").id
    await desk.workplace.client().chat_delete(channel=channel, ts=desk.in_channel()[0].ts)
    await desk.move(request, State.DENIED)

    await desk.drain()

    assert desk.roles().count("card") == 1


async def test_a_call_for_decisions_that_comes_too_late_is_not_made(desk: Desk) -> None:
    request = await desk.ask()
    await desk.move(request, State.CANCELLED)

    await desk.drain()

    assert desk.roles() == ["card"]


async def test_the_bot_joins_the_public_channel_of_a_project(desk: Desk) -> None:
    await desk.ask(channel=desk.workplace.channel("support").id)

    await desk.drain()

    assert desk.roles("support") == ["card", "stage:0"]


@pytest.mark.parametrize("channel", ["secret", "#no-such-channel", "C00000000"])
async def test_a_card_whose_channel_is_closed_stands_in_the_channel_for_requests(desk: Desk, channel: str) -> None:
    await desk.ask(channel=desk.workplace.channel("secret").id if channel == "secret" else channel)

    await desk.drain()

    assert desk.roles() == ["card", "stage:0"]


async def test_an_archived_channel_is_no_place_for_a_card(desk: Desk) -> None:
    desk.workplace.channel("support").is_archived = True
    await desk.ask(channel=desk.workplace.channel("support").id)

    await desk.drain()

    assert desk.roles() == ["card", "stage:0"]


async def test_whoever_must_decide_is_asked_even_when_the_card_was_taken_away(desk: Desk) -> None:
    await desk.ask()
    desk.workplace.fault(methods=[{"method": "chat.postMessage", "error": "thread_not_found", "times": 1}])
    async with desk.database.begin() as work:
        await work.record_post(
            Posted(request_id="R1", role="card", channel=desk.workplace.channel("support").id, ts="1.000001", version=1)
        )

    await desk.drain()

    assert desk.roles("support") == ["stage:0"]


async def test_a_message_that_nobody_can_get_is_dropped_into_the_audit_log(desk: Desk) -> None:
    await desk.ask()
    desk.workplace.channel("requests").is_archived = True

    await desk.drain()

    async with desk.database.read() as work:
        dropped = [each for each in await work.trail("R1") if each.action == "message_dropped"]
        backlog, _ = await work.outbox_backlog()
    assert len(dropped) == 2
    assert backlog == 0
    assert len(desk.workplace.direct("dana")) == 1


async def test_requests_that_cannot_be_told_do_not_hold_up_others(desk: Desk) -> None:
    await desk.ask("R1", channel=desk.workplace.channel("support").id)
    desk.workplace.fault(methods=[{"method": "chat.postMessage", "error": "internal_error"}])
    await desk.drain()
    await desk.ask("R2")

    await desk.notifier.drain(desk.clock())

    assert desk.roles() == ["card", "stage:0"]


async def test_what_slack_cannot_be_told_now_is_told_when_it_is_back(
    workplace: Workplace, database: Database, clock: Clock
) -> None:
    desk = Desk(workplace, database, clock)
    await desk.ask()
    away = notifier_in(
        database=database,
        client=workplace.client(),
        dossier=desk.dossier,
        alert=no_alert,
        requests_channel="#requests",
        now=clock,
    )
    workplace.fault(methods=[{"method": name, "drop": "before", "times": 50} for name in ("conversations.list",)])
    await away.drain(clock())
    assert desk.roles() == []
    workplace.fault(clear=True)

    await desk.drain(**SOON)

    assert desk.roles() == ["card", "stage:0"]


async def test_what_comes_for_a_quiet_channel_does_not_wait_with_a_busy_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    quiet = desk.workplace.channel("support").id
    waits: list[float] = []
    meanwhile: list[str] = []

    async def sleep(seconds: float) -> None:
        if seconds == 0.0:
            return
        waits.append(seconds)
        if len(waits) == 1:
            await asyncio.sleep(0.3)  # everybody else is done by now, and finds nothing more
            await desk.ask("R3")
            await desk.ask("R4", channel=quiet)
        elif len(waits) == 2:
            with contextlib.suppress(TimeoutError):
                await eventually(told, "The quiet channel was not told.", 3)
            meanwhile.extend(desk.roles("support"))
        desk.clock.advance(seconds=seconds)

    async def told() -> bool | None:
        return bool(desk.in_channel("support")) or None

    monkeypatch.setattr(desk, "sleep", sleep)
    notifier = desk.another_notifier()
    await desk.ask("R1")
    await desk.ask("R2")

    await notifier.drain(desk.clock())

    assert meanwhile[:1] == ["card"], "It was told while the busy channel still waited for its turn."
    assert desk.roles("support") == ["card", "stage:0"]
