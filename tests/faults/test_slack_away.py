"""Slack away while a request is opened, decided and carried out: all is told when it returns, and told once."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from sandbox.scenario.hands import actions_of, eventually
from tests.faults.haste import hurry
from tests.support.installation import Installation, installed, running
from tests.support.process import Process

TALKING = (
    "chat.postEphemeral",
    "chat.postMessage",
    "chat.update",
    "conversations.history",
    "conversations.list",
    "conversations.open",
    "conversations.replies",
)
"""What Slack cannot do meanwhile; clicks still come in, and who somebody is can be asked."""


class Door:
    """The way to Slack: what begins with one of ``shut`` meets a 503 with no word of JSON in it."""

    def __init__(self) -> None:
        self.shut: tuple[str, ...] = ()
        self.turned_away = 0

    def __call__(self, app: ASGIApp) -> ASGIApp:
        async def pass_through(scope: Scope, receive: Receive, send: Send) -> None:
            if self.shut and scope["type"] == "http" and scope["path"].startswith(self.shut):
                self.turned_away += 1
                await PlainTextResponse("<h1>upstream unavailable</h1>", status_code=503)(scope, receive, send)
                return
            await app(scope, receive, send)

        return pass_through


@pytest.fixture(name="door")
def _door() -> Door:
    return Door()


@pytest.fixture(name="acme")
async def _acme(database_url: str, door: Door, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    hurry(monkeypatch)
    async with installed(database_url, "socket", door=door) as acme:
        yield acme


Away = Callable[[Installation, Door], Awaitable[None]]


async def _shut(acme: Installation, door: Door) -> None:
    del acme
    door.shut = tuple(f"/api/{each}" for each in TALKING)


def _broken(**fault: Any) -> Away:
    async def break_down(acme: Installation, door: Door) -> None:
        del door
        await acme.fault("slack", methods=[{"method": each, "times": -1, **fault} for each in TALKING])

    return break_down


async def _back(acme: Installation, door: Door) -> None:
    door.shut = ()
    await acme.fault("slack", clear=True)


async def _refused_a_message(acme: Installation, door: Door) -> None:
    """Wait until the bot tried to say something in vain."""

    async def tried() -> bool | None:
        calls = (await acme.hands.get("/calls"))["calls"]
        return door.turned_away > 0 or any(each["lost"] or not each["ok"] for each in calls) or None

    await eventually(tried, "The bot did not try to say anything.")


@pytest.mark.parametrize(
    "away",
    [
        pytest.param(_shut, id="503"),
        pytest.param(_broken(error="ratelimited", retry_after=1), id="429"),
        pytest.param(_broken(error="internal_error"), id="internal-error"),
        pytest.param(_broken(drop="before"), id="cut-before-the-effect"),
        pytest.param(_broken(drop="after"), id="cut-after-the-effect"),
    ],
)
async def test_what_happened_while_slack_was_away_is_told_once_when_it_is_back(
    acme: Installation, door: Door, away: Away
) -> None:
    async with running(acme):
        await away(acme, door)
        answer = await acme.hands.ask("dana", "budget", project="prompt-lab", monthly_limit="120", reason="More")
        assert answer["ok"], answer
        await _refused_a_message(acme, door)
        await _back(acme, door)
        await acme.hands.buttons("lena", "requests")
        await acme.told("dana", "It waits for")

        await away(acme, door)
        await acme.hands.approve("lena", "requests")
        await eventually(lambda: _done(acme), "It was not carried out while Slack was away.")
        await _back(acme, door)
        card = await acme.card("requests", "prompt-lab", "Done")
        await acme.told("dana", "is done")

    thread = await acme.hands.messages("lena", "requests", card["ts"])
    told = [each["text"] for each in await acme.hands.messages("dana", "bot")]
    assert len(thread) == len({each["text"] for each in thread}) == 3, thread
    assert not any(actions_of(each) & {"approve", "deny", "cancel"} for each in thread)
    assert len(told) == len(set(told)) == 3, told
    assert "message_dropped" not in await acme.trail()


async def _done(acme: Installation) -> bool | None:
    return "succeeded" in await acme.trail() or None


async def test_a_bot_started_while_slack_is_away_works_once_it_is_back(acme: Installation, door: Door) -> None:
    door.shut = ("/api/",)
    bot = await Process(acme, "run").start(ready=False)
    await eventually(lambda: _knocked(door), "The bot did not ask for Slack.")
    door.shut = ()

    async def opened() -> Mapping[str, Any] | None:
        answer = await acme.hands.command("dana", "help")
        return answer if answer["ok"] else None

    assert "budget" in str(await eventually(opened, "The bot did not take a command."))
    assert await bot.stop() == 0


async def _knocked(door: Door) -> bool | None:
    return door.turned_away > 0 or None
