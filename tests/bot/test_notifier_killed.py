"""The notifier: every message once, whatever is lost or killed in between."""

import asyncio
import itertools
from datetime import timedelta
from typing import Any

import aiohttp
import pytest

from bot import slack_api
from bot.notifier.mailbox import EVENT_TYPE
from tests.bot.desk import Desk
from tests.bot.handlers.office import action_ids
from workflows.lifecycle import State

SOON = {"minutes": 6}
"""Longer than the longest pause between two attempts, and than a lease."""


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
