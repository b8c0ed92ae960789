"""A request that nobody decides: its days go by, it expires by itself, and everybody sees that it did."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from freezegun import freeze_time

from bot.cli import wiring
from sandbox.scenario.hands import Message, actions_of, eventually
from tests.support.installation import Installation, running
from workflows.scheduler import Scheduler

LIFE = timedelta(hours=72)
"""How long the policy lets a request wait."""


class _Watchful(Scheduler):
    """Looks for lapsed requests as often as for other work."""

    def __init__(self, **parts: Any) -> None:
        super().__init__(**parts)
        work, _ = self._timed["expire"]
        self._timed["expire"] = (work, 1.0)


@pytest.fixture(name="waiting")
async def _waiting(acme: Installation, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    """Yield the company with the bot running and one request that waits for its decision."""
    monkeypatch.setattr(wiring, "Scheduler", _Watchful)
    async with running(acme):
        answer = await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
        assert answer["ok"], answer
        await acme.hands.buttons("lena", "requests")
        yield acme


async def test_a_request_that_nobody_decides_expires_and_loses_its_buttons(waiting: Installation) -> None:
    with freeze_time(datetime.now(UTC) + LIFE + timedelta(minutes=1), tick=True, real_asyncio=True):
        card = await waiting.card("requests", "prompt-lab", "Expired")
        assert "prompt-lab" in await waiting.told("dana", "expired")
        thread = await eventually(lambda: _thread_with_note(waiting, card["ts"]), "The thread does not say so.")
        assert not any(actions_of(each) & {"approve", "deny", "cancel"} for each in thread)
    (project_id,) = await waiting.projects("prompt-lab")
    assert await waiting.limit(project_id) == 100_00
    assert await waiting.trail() == ["opened", "lapsed"]


async def _thread_with_note(acme: Installation, ts: str) -> list[Message] | None:
    thread = await acme.hands.messages("lena", "requests", ts)
    return [*thread] if any("expired" in each["text"] for each in thread) else None


async def test_a_request_can_be_decided_until_its_last_minute(waiting: Installation) -> None:
    with freeze_time(datetime.now(UTC) + LIFE - timedelta(minutes=1), tick=True, real_asyncio=True):
        await waiting.hands.approve("lena", "requests")
        await waiting.card("requests", "prompt-lab", "Done")
    assert "lapsed" not in await waiting.trail()
