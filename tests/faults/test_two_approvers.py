"""Two people decide at the same instant, each in a bot process of its own: one decision, and the late one is told."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from sandbox.scenario.company import address
from sandbox.scenario.hands import Message, actions_of, eventually
from tests.support.balancer import balanced
from tests.support.databases import tried_on
from tests.support.installation import Installation, installed
from tests.support.ports import free_port
from tests.support.process import Process

_database_url = tried_on("postgresql")
ROUNDS = ("first-notes", "second-notes")
"""The names of the projects that are asked for and decided, one after the other."""


@pytest.fixture(name="crowd")
async def _crowd(database_url: str) -> AsyncIterator[Installation]:
    """Yield the company with two bots behind a balancer, and one worker."""
    async with installed(database_url, "http") as acme, AsyncExitStack() as stack:
        bots = [Process(acme, "web", port=free_port(), without=["OPENAI_ADMIN_KEY"]) for _ in range(2)]
        everybody = [*bots, Process(acme, "worker", port=free_port())]
        for each in everybody:
            stack.push_async_callback(each.stop)
        await asyncio.gather(*(each.start() for each in everybody))
        urls = [f"http://127.0.0.1:{each.port}/slack/events" for each in bots]
        acme.workspace.request_url = await stack.enter_async_context(balanced(urls))
        yield acme
        assert [await each.stop() for each in everybody] == [0, 0, 0]


async def _asked(acme: Installation, name: str) -> Message:
    """Ask for a project; returns the reply with the buttons in the thread of its card."""
    answer = await acme.hands.ask(
        "dana", "new", name=name, environment="sandbox", purpose="Notes.", owners=[address("lena")]
    )
    assert answer["ok"], answer
    return await eventually(lambda: _buttons(acme, name), f"There are no buttons for {name}.")


async def _buttons(acme: Installation, name: str) -> Message | None:
    return next((each for each in await _thread(acme, "olivia", name) if "approve" in actions_of(each)), None)


async def _thread(acme: Installation, who: str, name: str) -> list[dict[str, Any]]:
    """Return the thread about a project as somebody sees it."""
    cards = [each for each in await acme.hands.messages(who, "requests") if name in each["text"]]
    return await acme.hands.messages(who, "requests", cards[0]["ts"]) if cards else []


async def _press(acme: Installation, who: str, message: Message, action: str) -> Any:
    place = {"channel": acme.hands.channels["requests"], "ts": message["ts"]}
    return await acme.hands.post("/action", user=acme.hands.users[who], action_id=action, **place)


async def _refusal(acme: Installation, name: str) -> str:
    """Wait until one of the two was told to have come too late; returns what was said, to that one alone."""

    async def told() -> list[str] | None:
        seen = [each for who in ("olivia", "omar") for each in await _thread(acme, who, name)]
        return [each["text"] for each in seen if each.get("is_ephemeral")] or None

    (refusal,) = await eventually(told, "Nobody was told to have come too late.")
    return refusal


async def _decided(acme: Installation) -> list[str]:
    return [each for each in await acme.trail() if each in ("quorum_reached", "denied", "approval_given")]


async def test_of_two_approvals_at_the_same_instant_one_counts_and_the_other_hears_who_was_first(
    crowd: Installation,
) -> None:
    for name in ROUNDS:
        message = await _asked(crowd, name)
        await asyncio.gather(*(_press(crowd, who, message, "approve") for who in ("olivia", "omar")))

        card = await crowd.card("requests", name, "Done")
        first, second = ("Olivia", "Omar") if "Olivia Hart* approved" in str(card) else ("Omar", "Olivia")
        refusal = await _refusal(crowd, name)
        assert first in refusal
        assert "approved this already" in refusal
        assert second not in str(card)
        assert len(await crowd.projects(name)) == 1
    assert await _decided(crowd) == ["quorum_reached"] * len(ROUNDS)


async def test_of_an_approval_and_a_denial_at_the_same_instant_one_counts(crowd: Installation) -> None:
    for name in ROUNDS:
        message = await _asked(crowd, name)
        await _press(crowd, "omar", message, "deny")
        form = await crowd.hands.form("omar")
        denial = {"user": crowd.hands.users["omar"], "view_id": form["id"], "values": {"reason": "Not now."}}
        denied, _ = await asyncio.gather(
            crowd.hands.post("/submit", **denial), _press(crowd, "olivia", message, "approve")
        )

        if denied["ok"]:
            await crowd.card("requests", name, "Denied")
            assert "Omar Rahman denied this already" in await _refusal(crowd, name)
        else:
            await crowd.card("requests", name, "Done")
            assert "Olivia Hart approved this already" in str(denied["errors"])
            await crowd.hands.post("/close", user=crowd.hands.users["omar"], view_id=form["id"])
        assert len(await crowd.projects(name)) == (0 if denied["ok"] else 1)
    assert len(await _decided(crowd)) == len(ROUNDS)
