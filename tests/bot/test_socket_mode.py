"""Socket Mode against a real workspace: two connections that come back, whatever happens to them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck

from bot import slack_api
from bot.socket_mode import SocketMode
from tests.bot.workplace import Workplace, until


class Answering:
    """An app whose command can be held up, and that counts what it was brought."""

    def __init__(self, workplace: Workplace) -> None:
        self.taken = 0
        self.go_on = asyncio.Event()
        self.go_on.set()
        client = slack_api.client(workplace.workspace.tokens.bot, f"{workplace.url}/api", workplace.session)
        self.app = AsyncApp(client=client, signing_secret="unused", process_before_response=True)
        self.app.command("/openai")(self.command)

    async def command(self, ack: AsyncAck) -> None:
        self.taken += 1
        await self.go_on.wait()
        await ack("taken")


@pytest.fixture(name="answering")
def _answering(workplace: Workplace) -> Answering:
    return Answering(workplace)


@asynccontextmanager
async def listening(workplace: Workplace, answering: Answering) -> AsyncIterator[SocketMode]:
    token = workplace.workspace.tokens.app
    async with SocketMode(app=answering.app, app_token=token, patience=0.3, look_every=0.05) as sockets:
        yield sockets


async def command(workplace: Workplace) -> dict[str, Any]:
    where = {"user": workplace.id("dana"), "channel": workplace.channel("requests").id}
    async with httpx.AsyncClient(trust_env=False, timeout=20) as http:
        body = {**where, "command": "/openai", "text": ""}
        return dict((await http.post(f"{workplace.url}/_sandbox/command", json=body)).json())


async def test_two_connections_are_open(workplace: Workplace, answering: Answering) -> None:
    async def both() -> bool:
        return await sockets.connected() == 2

    async with listening(workplace, answering) as sockets:
        await until(both)

        assert workplace.workspace.sockets.count == 2


async def test_nothing_stays_open_after_the_end(workplace: Workplace, answering: Answering) -> None:
    async with listening(workplace, answering):
        await until(lambda: workplace.workspace.sockets.count == 2)

    await until(lambda: workplace.workspace.sockets.count == 0)


@pytest.mark.parametrize("abrupt", [True, False])
async def test_connections_that_slack_ends_come_back(
    workplace: Workplace, answering: Answering, *, abrupt: bool
) -> None:
    async with listening(workplace, answering):
        await until(lambda: workplace.workspace.sockets.count == 2)
        await workplace.workspace.sockets.disconnect(abrupt=abrupt)

        await until(lambda: workplace.workspace.sockets.count == 2)
        assert (await command(workplace))["ok"]


@pytest.mark.parametrize(
    "fault",
    [
        {"refuse_tickets": 3},
        {"methods": [{"method": "apps.connections.open", "error": "internal_error", "times": 3}]},
        {"methods": [{"method": "apps.connections.open", "drop": "before", "times": 3}]},
    ],
    ids=["tickets-refused", "no-tickets", "no-answer"],
)
async def test_a_refused_connection_is_tried_again_with_a_new_ticket(
    workplace: Workplace, answering: Answering, fault: dict[str, Any]
) -> None:
    workplace.fault(**fault)

    async with listening(workplace, answering):
        await until(lambda: workplace.workspace.sockets.count == 2)


async def test_what_was_taken_is_answered_before_the_end(workplace: Workplace, answering: Answering) -> None:
    answering.go_on.clear()
    async with listening(workplace, answering) as sockets:
        await until(lambda: workplace.workspace.sockets.count == 2)
        asked = asyncio.create_task(command(workplace))
        await until(lambda: answering.taken == 1)
        closing = asyncio.create_task(sockets.close())
        answering.go_on.set()
        await closing

        assert (await asked)["ok"]
