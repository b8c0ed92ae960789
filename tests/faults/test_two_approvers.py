"""Two people decide at the same instant, each in a bot process of its own: one decision, and the late one is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from sandbox.scenario.company import address
from sandbox.scenario.hands import Message, eventually
from tests.faults.round_robin import balanced
from tests.support.installation import Installation, Process, free_port, installed

CHANNELS = ("general", "support-assistant", "internal-qa", "prompt-lab")
"""A request in each: rounds that do not wait for each other's pace of messages."""


@pytest.fixture(name="crowd")
async def _crowd(database_url: str) -> AsyncIterator[Installation]:
    """Yield the company with two bots behind a balancer, and one worker."""
    async with installed(database_url, "http") as acme, AsyncExitStack() as stack:
        bots = [Process(acme, "web", port=free_port()) for _ in range(2)]
        everybody = [*bots, Process(acme, "worker", port=free_port())]
        for each in everybody:
            stack.push_async_callback(each.stop)
        await asyncio.gather(*(each.start() for each in everybody))
        urls = [f"http://127.0.0.1:{each.port}/slack/events" for each in bots]
        acme.workspace.request_url = await stack.enter_async_context(balanced(urls))
        yield acme
        assert [await each.stop() for each in everybody] == [0, 0, 0]


async def _asked(acme: Installation, channel: str) -> Message:
    """Ask for a project whose card stands in *channel*; returns the reply with the buttons."""
    answer = await acme.hands.ask(
        "dana",
        "new",
        name=f"notes-{channel}",
        environment="sandbox",
        purpose="Notes.",
        owners=[address("lena")],
        channel=acme.hands.channels[channel],
    )
    assert answer["ok"], answer
    return await acme.hands.buttons("olivia", channel)


async def _press(acme: Installation, who: str, channel: str, message: Message, action: str) -> Any:
    place = {"channel": acme.hands.channels[channel], "ts": message["ts"]}
    return await acme.hands.post("/action", user=acme.hands.users[who], action_id=action, **place)


async def _refusals(acme: Installation, channel: str) -> list[str]:
    """Wait until one of the two was told that it came too late; returns what both were told."""

    async def told() -> list[str] | None:
        (card, *_) = await acme.hands.messages("olivia", channel)
        seen = [
            each
            for who in ("olivia", "omar")
            for thread in ("", card["ts"])
            for each in await acme.hands.messages(who, channel, thread)
        ]
        return [each["text"] for each in seen if each.get("is_ephemeral")] or None

    return await eventually(told, "Nobody was told to have come too late.")


async def _decided(acme: Installation) -> list[str]:
    return [each for each in await acme.trail() if each in ("quorum_reached", "denied", "approval_given")]


async def test_of_two_approvals_at_the_same_instant_one_counts_and_the_other_hears_who_was_first(
    crowd: Installation,
) -> None:
    replies = {channel: await _asked(crowd, channel) for channel in CHANNELS}

    for channel, message in replies.items():
        await asyncio.gather(*(_press(crowd, who, channel, message, "approve") for who in ("olivia", "omar")))

    for channel in CHANNELS:
        card = await crowd.card(channel, f"notes-{channel}", "Done")
        first, second = ("Olivia", "Omar") if "Olivia Hart* approved" in str(card) else ("Omar", "Olivia")
        (refusal,) = await _refusals(crowd, channel)
        assert f"{first} " in refusal
        assert "approved this already" in refusal
        assert second not in str(card)
        assert len(await crowd.projects(f"notes-{channel}")) == 1
    assert await _decided(crowd) == ["quorum_reached"] * len(CHANNELS)


async def test_of_an_approval_and_a_denial_at_the_same_instant_one_counts(crowd: Installation) -> None:
    replies = {channel: await _asked(crowd, channel) for channel in CHANNELS}

    answers = {}
    for channel, message in replies.items():
        await _press(crowd, "omar", channel, message, "deny")
        form = await crowd.hands.form("omar")
        denial = {"user": crowd.hands.users["omar"], "view_id": form["id"], "values": {"reason": "Not now."}}
        answers[channel], _ = await asyncio.gather(
            crowd.hands.post("/submit", **denial), _press(crowd, "olivia", channel, message, "approve")
        )

    for channel, answer in answers.items():
        if answer["ok"]:
            await crowd.card(channel, f"notes-{channel}", "Denied")
            (refusal,) = await _refusals(crowd, channel)
            assert "Omar Rahman denied this already" in refusal
        else:
            await crowd.card(channel, f"notes-{channel}", "Done")
            assert "Olivia Hart approved this already" in str(answer["errors"])
        assert len(await crowd.projects(f"notes-{channel}")) == (0 if answer["ok"] else 1)
    assert len(await _decided(crowd)) == len(CHANNELS)
