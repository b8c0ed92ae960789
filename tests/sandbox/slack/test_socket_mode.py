"""Socket Mode: tickets, hello, one connection an envelope, acknowledgements, retries, reconnecting."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import websockets
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from tests.sandbox.slack.acting import Person, modal, orders, section, until

JSON = dict[str, Any]


class Line:
    """A raw connection: what Slack's own clients hide."""

    def __init__(self, socket: websockets.ClientConnection, hello: JSON) -> None:
        self.socket = socket
        self.hello = hello

    async def hears(self, patience: float = 3.0) -> JSON:
        async with asyncio.timeout(patience):
            return dict(json.loads(await self.socket.recv()))

    async def acknowledges(self, envelope: JSON, payload: JSON | None = None) -> None:
        answer: JSON = {"envelope_id": envelope["envelope_id"]}
        await self.socket.send(json.dumps(answer | ({"payload": payload} if payload else {})))


async def socket_url(client: AsyncWebClient, workspace: Workspace) -> str:
    return str((await client.apps_connections_open(app_token=workspace.tokens.app))["url"])


@contextlib.asynccontextmanager
async def line(client: AsyncWebClient, workspace: Workspace) -> AsyncIterator[Line]:
    async with websockets.connect(await socket_url(client, workspace), proxy=None) as socket:
        yield Line(socket, json.loads(await socket.recv()))


async def test_hello_says_who_is_connected(client: AsyncWebClient, workspace: Workspace) -> None:
    async with line(client, workspace) as first, line(client, workspace) as second:
        assert first.hello["type"] == "hello"
        assert first.hello["connection_info"] == {"app_id": workspace.state.app_id}
        assert (first.hello["num_connections"], second.hello["num_connections"]) == (1, 2)


async def test_a_ticket_admits_once(client: AsyncWebClient, workspace: Workspace) -> None:
    url = await socket_url(client, workspace)
    async with websockets.connect(url, proxy=None) as socket:
        await socket.recv()

        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(url, proxy=None)
        with pytest.raises(websockets.InvalidStatus):
            await websockets.connect(url.replace("ticket=", "ticket=x"), proxy=None)


async def test_the_eleventh_connection_is_sent_away(client: AsyncWebClient, workspace: Workspace) -> None:
    async with contextlib.AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(line(client, workspace))

        async with websockets.connect(await socket_url(client, workspace), proxy=None) as one_more:
            goodbye = json.loads(await one_more.recv())
            with pytest.raises(websockets.ConnectionClosed):
                await one_more.recv()

    assert (goodbye["type"], goodbye["reason"]) == ("disconnect", "too_many_websockets")


async def test_each_envelope_goes_to_one_connection(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person
) -> None:
    async with line(client, workspace) as first, line(client, workspace) as second:
        running = [asyncio.create_task(as_dana.command(str(number))) for number in range(2)]
        envelopes = [await first.hears(), await second.hears()]
        await first.acknowledges(envelopes[0])
        await second.acknowledges(envelopes[1])
        answers = [await each for each in running]

    assert all(each["ok"] for each in answers)
    assert {each["payload"]["text"] for each in envelopes} == {"0", "1"}


async def test_an_acknowledgement_counts_on_any_connection(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person
) -> None:
    async with line(client, workspace) as first, line(client, workspace) as second:
        running = asyncio.create_task(as_dana.command())
        envelope = await first.hears()
        await second.acknowledges(envelope)

        assert (await running)["ok"]


async def test_a_command_carries_slacks_fields(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person, address: str
) -> None:
    async with line(client, workspace) as only:
        running = asyncio.create_task(as_dana.command("new apollo"))
        envelope = await only.hears()
        await only.acknowledges(envelope, {"text": "On it."})
        answer = await running

    payload = envelope["payload"]
    assert (envelope["type"], envelope["accepts_response_payload"]) == ("slash_commands", True)
    assert (payload["command"], payload["text"], payload["user_name"]) == ("/openai", "new apollo", "dana")
    assert (payload["channel_id"], payload["channel_name"]) == (as_dana.channel, "general")
    assert payload["response_url"].startswith(f"{address}/commands/")
    assert [each["text"] for each in answer["ephemeral"]] == ["On it."]


@pytest.mark.usefixtures("impatient")
async def test_an_event_that_nobody_acknowledges_comes_again(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person
) -> None:
    async with line(client, workspace) as only:
        await as_dana.says(f"<@{workspace.bot.user_id}> hi")
        mentions = [each async for each in mentions_on(only, 4)]

    attempts = [(each["retry_attempt"], each["retry_reason"]) for each in mentions]
    assert attempts == [(0, ""), (1, "timeout"), (2, "timeout"), (3, "timeout")]
    assert len({each["payload"]["event_id"] for each in mentions}) == 1


async def mentions_on(one: Line, count: int) -> AsyncIterator[JSON]:
    """Yield *count* unacknowledged mentions, acknowledging everything else."""
    while count:
        envelope = await one.hears()
        if envelope["payload"]["event"]["type"] != "app_mention":
            await one.acknowledges(envelope)
            continue
        count -= 1
        yield envelope


async def test_an_acknowledged_event_does_not_come_again(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person
) -> None:
    async with line(client, workspace) as only:
        await as_dana.says("@countersign hi")
        heard = [await only.hears(), await only.hears()]
        for envelope in heard:
            await only.acknowledges(envelope)

        await until(lambda: not workspace._tasks)

    assert {each["payload"]["event"]["type"] for each in heard} == {"message", "app_mention"}
    assert not any(each["accepts_response_payload"] for each in heard)


async def test_an_event_waits_for_a_connection(client: AsyncWebClient, workspace: Workspace, as_dana: Person) -> None:
    await as_dana.says(f"<@{workspace.bot.user_id}> hi")

    async with line(client, workspace) as only:
        heard = {(await only.hears())["payload"]["event"]["type"] for _ in range(2)}

    assert heard == {"message", "app_mention"}


async def test_without_a_connection_a_command_fails_at_once(as_dana: Person) -> None:
    answer = await as_dana.command()

    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")


@pytest.mark.usefixtures("impatient")
async def test_an_app_that_does_not_answer_times_out(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person
) -> None:
    async with line(client, workspace):
        answer = await as_dana.command()

    assert (answer["ok"], answer["error"]) == (False, "operation_timeout")


async def test_a_lost_connection_fails_what_it_carried(
    client: AsyncWebClient, workspace: Workspace, as_dana: Person
) -> None:
    async with line(client, workspace) as only:
        running = asyncio.create_task(as_dana.command())
        await only.hears()

    answer = await running
    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")


async def test_bolt_opens_a_modal_after_its_acknowledgement(
    app: AsyncApp, connected: AsyncSocketModeHandler, as_dana: Person
) -> None:
    async def new(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=modal(section("a")))

    app.command("/openai")(new)
    answer = await as_dana.command("new")

    assert (answer["ok"], answer["view"]["callback_id"]) == (True, "form")


async def test_bolt_comes_back_after_a_disconnect(
    app: AsyncApp,
    connected: AsyncSocketModeHandler,
    as_dana: Person,
    http: httpx.AsyncClient,
    workspace: Workspace,
) -> None:
    async def new(ack: AsyncAck) -> None:
        await ack("still here")

    app.command("/openai")(new)

    assert (await orders(http, disconnect=True))["connections"] == 0
    await until(lambda: workspace.sockets.count == 1)

    assert (await as_dana.command())["ephemeral"][0]["text"] == "still here"


async def test_bolt_comes_back_after_losing_the_line_and_a_refused_ticket(
    connected: AsyncSocketModeHandler, http: httpx.AsyncClient, workspace: Workspace
) -> None:
    await orders(http, disconnect="abrupt", refuse_tickets=1)

    await until(lambda: workspace.sockets.count == 1)

    calls = [each for each in workspace.calls if each["method"] == "apps.connections.open"]
    assert len(calls) >= 3
