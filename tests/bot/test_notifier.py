"""The notifier: every message once, whatever is lost, refused or killed in between."""

import asyncio
import contextlib
import csv
import itertools
from datetime import timedelta
from io import StringIO
from typing import Any

import aiohttp
import pytest

from bot import slack_api
from bot.notifier.mailbox import EVENT_TYPE
from sandbox.scenario.hands import eventually
from tests.bot.desk import Desk
from tests.bot.handlers.office import action_ids
from tests.bot.workplace import Workplace
from tests.support.alerts import no_alert
from tests.support.clock import Clock
from tests.support.notifiers import notifier_in
from workflows.audit.entry import Draft
from workflows.lifecycle import State
from workflows.model import (
    Actor,
    ActorType,
    OutboxTopic,
    Posted,
)
from workflows.store import Database

SOON = {"minutes": 6}
"""Longer than the longest pause between two attempts, and than a lease."""


@pytest.fixture(name="desk")
async def _desk(workplace: Workplace, database: Database, clock: Clock) -> Desk:
    return Desk(workplace, database, clock)


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


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("hit", [1, 2, 3])
async def test_a_lost_answer_never_doubles_nor_loses_a_message(desk: Desk, where: str, hit: int) -> None:
    await desk.ask()
    passing = [{"method": "chat.postMessage", "times": hit - 1, "error": "ratelimited", "retry_after": 1}]
    desk.workplace.fault(methods=[*passing[: hit - 1], {"method": "chat.postMessage", "drop": where}])

    for _ in range(4):
        await desk.drain(**SOON)

    assert desk.roles() == ["card", "stage:0"]
    assert len(desk.workplace.direct("dana")) == 1


async def test_a_notifier_killed_after_posting_is_followed_by_one_that_finds_the_message(desk: Desk) -> None:
    await desk.ask()
    async with desk.database.begin() as work:
        await work.claim_outbox(desk.clock(), timedelta(seconds=60), 1)
    mark = {"event_type": EVENT_TYPE, "event_payload": {"request": "R1", "role": "card"}}
    killed = desk.workplace.client()
    await killed.chat_postMessage(channel=desk.workplace.channel("requests").id, text="card", metadata=mark)

    await desk.drain(**SOON)

    assert desk.roles() == ["card", "stage:0"]


async def killed(desk: Desk, call: int, when: str) -> None:
    """Drain with a notifier that dies at the given call to Slack, before the call or after its effect."""
    calls = itertools.count(1)

    async def die(*_: Any) -> None:
        if next(calls) == call:
            draining.cancel()
            await asyncio.Event().wait()

    trace = aiohttp.TraceConfig()
    (trace.on_request_start if when == "before" else trace.on_request_end).append(die)
    async with aiohttp.ClientSession(trace_configs=[trace]) as session:
        client = slack_api.client(desk.workplace.workspace.tokens.bot, f"{desk.workplace.url}/api", session, retries=0)
        draining = asyncio.ensure_future(desk.another_notifier(client).drain(desk.clock()))
        await asyncio.wait({draining})
        assert draining.cancelled()


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, 6))
async def test_a_notifier_killed_at_any_call_while_it_posts_leaves_each_message_once(
    desk: Desk, call: int, when: str
) -> None:
    await desk.ask()
    await killed(desk, call, when)

    await desk.drain(**SOON)

    assert desk.roles() == ["card", "stage:0"]
    assert len(desk.workplace.direct("dana")) == 1


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(1, 3))
async def test_a_notifier_killed_at_any_call_while_it_redraws_leaves_every_copy_up_to_date(
    desk: Desk, call: int, when: str
) -> None:
    request = await desk.ask()
    await desk.drain()
    await desk.move(request, State.DENIED)
    await killed(desk, call, when)

    await desk.drain(**SOON)

    assert desk.roles() == ["card", "stage:0"]
    assert {action for each in desk.in_channel() for action in action_ids(each.blocks or [])} == {"again"}


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


@pytest.fixture(name="exported")
async def _exported(desk: Desk) -> Desk:
    async with desk.database.begin() as work:
        for number in range(3):
            actor = Actor(type=ActorType.OPERATOR, email="=evil@acme.example")
            await work.append(Draft(action=f"tried_{number}", actor=actor, at=desk.clock(), data={"n": number}))
    payload = {"to": desk.workplace.id("dana"), "format": "csv", "filter": {"since": "", "until": ""}}
    await desk.order("", "view:V1", OutboxTopic.EXPORT, **payload)
    return desk


def files(desk: Desk) -> list[str]:
    return [each for message in desk.workplace.direct("dana") for each in message.files]


async def test_an_export_reaches_the_person_who_ordered_it_as_a_file(exported: Desk) -> None:
    await exported.drain()

    (file_id,) = files(exported)
    rows = list(csv.DictReader(StringIO(exported.workplace.workspace.store.upload(file_id).decode())))
    assert [each["action"] for each in rows] == ["tried_0", "tried_1", "tried_2"]


@pytest.mark.parametrize("where", ["before", "after"])
async def test_an_export_whose_answer_was_lost_is_sent_once(exported: Desk, where: str) -> None:
    exported.workplace.fault(methods=[{"method": "files.completeUploadExternal", "drop": where}])

    for _ in range(3):
        await exported.drain(minutes=11)

    assert len(files(exported)) == 1


async def test_an_export_without_entries_says_so(desk: Desk) -> None:
    nothing = {"since": "2020-01-01T00:00:00+00:00", "until": "2020-01-02T00:00:00+00:00"}
    await desk.order("", "V2", OutboxTopic.EXPORT, to=desk.workplace.id("dana"), format="jsonl", filter=nothing)

    await desk.drain()

    (message,) = desk.workplace.direct("dana")
    assert "no entry" in message.text


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
