"""What goes wrong when it is ordered to: deliveries, acknowledgements, calls of the Web API."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import httpx
import pytest
import websockets
from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from sandbox.slack.delivery.volume import Volume
from tests.sandbox.slack.acting import MovableClock, Person, modal, orders, section, until

JSON = dict[str, Any]


@pytest.fixture(name="ran")
def _ran(app: AsyncApp) -> list[str]:
    """Keep the text of each command that reached the app."""
    ran: list[str] = []

    async def run(ack: AsyncAck, body: JSON) -> None:
        ran.append(body["text"])
        await ack(f"ran {body['text']}")

    app.command("/openai")(run)
    return ran


@pytest.mark.usefixtures("impatient")
async def test_a_dropped_delivery_never_reaches_the_app(
    connected: AsyncSocketModeHandler, ran: list[str], http: httpx.AsyncClient, as_dana: Person
) -> None:
    await orders(http, drop_deliveries=1)

    assert (await as_dana.command("one"))["error"] == "operation_timeout"
    assert (await as_dana.command("two"))["ok"]
    assert ran == ["two"]


@pytest.mark.usefixtures("impatient")
async def test_a_dropped_acknowledgement_leaves_the_effect(
    connected: AsyncSocketModeHandler, ran: list[str], http: httpx.AsyncClient, as_dana: Person
) -> None:
    await orders(http, drop_acks=1)

    assert (await as_dana.command("one"))["error"] == "operation_timeout"
    assert ran == ["one"]


async def test_every_envelope_may_come_twice(
    connected: AsyncSocketModeHandler, ran: list[str], http: httpx.AsyncClient, as_dana: Person
) -> None:
    await orders(http, redeliver=-1)

    await as_dana.command("one")
    await as_dana.command("two")

    await until(lambda: ran == ["one", "one", "two", "two"])
    await orders(http, clear=True)
    await as_dana.command("three")
    assert ran[4:] == ["three"]


async def test_a_repeated_event_is_marked_as_one(
    app: AsyncApp, connected: AsyncSocketModeHandler, http: httpx.AsyncClient, as_dana: Person
) -> None:
    numbers: list[list[str]] = []

    async def mentioned(request: AsyncBoltRequest) -> None:
        numbers.append(list(request.headers.get("x-slack-retry-num", [])))

    async def other() -> None:
        return

    app.event("app_mention")(mentioned)
    app.event("message")(other)
    await orders(http, redeliver=-1)
    await as_dana.says("@countersign hi")

    assert await until(lambda: numbers if len(numbers) == 2 else None) == [["0"], ["1"]]


@pytest.mark.usefixtures("impatient")
async def test_a_late_delivery_is_late(
    connected: AsyncSocketModeHandler, ran: list[str], http: httpx.AsyncClient, as_dana: Person
) -> None:
    await orders(http, delay_deliveries=1, delay=30)

    assert (await as_dana.command("one"))["error"] == "operation_timeout"
    assert (await as_dana.command("two"))["ok"]


async def test_a_call_may_meet_an_error_code(http: httpx.AsyncClient, client: AsyncWebClient, as_dana: Person) -> None:
    await orders(http, methods=[{"method": "chat.postMessage", "error": "internal_error", "times": 2}])

    for _ in range(2):
        with pytest.raises(SlackApiError, match="internal_error"):
            await client.chat_postMessage(channel=as_dana.channel, text="x")
    await client.chat_postMessage(channel=as_dana.channel, text="x")

    assert len(await as_dana.sees()) == 1


async def test_slacks_own_handler_sits_out_a_429(
    http: httpx.AsyncClient, client: AsyncWebClient, as_dana: Person
) -> None:
    client.retry_handlers.append(AsyncRateLimitErrorRetryHandler(max_retry_count=1))
    fault = {"method": "chat.postMessage", "error": "ratelimited", "retry_after": 0}
    await orders(http, methods=[fault])

    await client.chat_postMessage(channel=as_dana.channel, text="x")

    calls = (await http.get("/_sandbox/calls", params={"method": "chat.postMessage"})).json()["calls"]
    assert [each["error"] for each in calls] == ["ratelimited", None]


@pytest.mark.parametrize(("moment", "seen"), [("before", 0), ("after", 1)])
async def test_a_connection_may_break_before_or_after_the_effect(
    http: httpx.AsyncClient, client: AsyncWebClient, as_dana: Person, moment: str, seen: int
) -> None:
    await orders(http, methods=[{"method": "chat.postMessage", "drop": moment}])

    with pytest.raises(ClientError):
        await client.chat_postMessage(channel=as_dana.channel, text="x")

    assert len(await as_dana.sees()) == seen
    [call] = (await http.get("/_sandbox/calls", params={"method": "chat.postMessage"})).json()["calls"]
    assert call["lost"] is True


async def test_slacks_default_handler_posts_twice_when_the_answer_is_lost(
    http: httpx.AsyncClient, workspace: Workspace, address: str, as_dana: Person
) -> None:
    default = AsyncWebClient(token=workspace.tokens.bot, base_url=f"{address}/api/")
    await orders(http, methods=[{"method": "chat.postMessage", "drop": "after"}])

    await default.chat_postMessage(channel=as_dana.channel, text="x")

    assert [each["text"] for each in await as_dana.sees()] == ["x", "x"]


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"explode": True}, "The field 'explode' is not known here."),
        ({"methods": [{"error": "x"}]}, "The field 'methods.0.method' is missing."),
        (
            {"methods": [{"method": "chat.update"}]},
            "The field 'methods.0' is wrong: Value error, give either an error code or where to drop the connection.",
        ),
    ],
)
async def test_a_wrong_order_is_refused(http: httpx.AsyncClient, wrong: JSON, sentence: str) -> None:
    answer = await http.post("/_sandbox/faults", json=wrong)

    assert (answer.status_code, answer.json()) == (400, {"ok": False, "error": sentence})


@pytest.mark.parametrize("reason", ["http_error", "ssl_error", "too_many_redirects", "unknown_error"])
async def test_a_repeated_delivery_gives_the_reason_that_was_ordered(
    app: AsyncApp, connected: AsyncSocketModeHandler, http: httpx.AsyncClient, as_dana: Person, reason: str
) -> None:
    reasons: list[str] = []

    async def mention(request: AsyncBoltRequest) -> None:
        reasons.extend(each for each in request.headers.get("x-slack-retry-reason", []) if each)

    app.event("app_mention")(mention)
    await orders(http, redeliver=-1, retry_reason=reason)

    await as_dana.says("@countersign hi")

    await until(lambda: reasons)
    assert set(reasons) == {reason.removeprefix("http_")}


@pytest.mark.parametrize("reason", ["refresh_requested", "link_disabled"])
async def test_a_socket_is_closed_with_the_reason_that_was_ordered(
    http: httpx.AsyncClient, client: AsyncWebClient, workspace: Workspace, reason: str
) -> None:
    url = str((await client.apps_connections_open(app_token=workspace.tokens.app))["url"])
    async with websockets.connect(url, proxy=None) as socket:
        await socket.recv()

        await orders(http, disconnect=reason)
        frame = json.loads(await socket.recv())
        with pytest.raises(websockets.ConnectionClosed):
            await socket.recv()

    assert (frame["type"], frame["reason"]) == ("disconnect", reason)


async def test_a_warning_comes_before_the_socket_closes(
    http: httpx.AsyncClient, client: AsyncWebClient, workspace: Workspace, as_dana: Person
) -> None:
    workspace.timing = replace(workspace.timing, warning=0.3)
    url = str((await client.apps_connections_open(app_token=workspace.tokens.app))["url"])
    async with websockets.connect(url, proxy=None) as socket:
        await socket.recv()

        await orders(http, disconnect="warning")
        warning = json.loads(await socket.recv())
        running = asyncio.create_task(as_dana.command())
        envelope = json.loads(await socket.recv())
        await socket.send(json.dumps({"envelope_id": envelope["envelope_id"]}))
        answer = await running
        goodbye = json.loads(await socket.recv())

    assert (warning["reason"], answer["ok"], goodbye["reason"]) == ("warning", True, "refresh_requested")


async def test_a_trigger_that_came_late_is_expired(
    app: AsyncApp, connected: AsyncSocketModeHandler, http: httpx.AsyncClient, as_dana: Person
) -> None:
    errors: list[str] = []

    async def run(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
        await ack()
        try:
            await client.views_open(trigger_id=body["trigger_id"], view=modal(section("a")))
        except SlackApiError as refusal:
            errors.append(refusal.response["error"])

    app.command("/openai")(run)
    await orders(http, trigger_age=3.5)

    await as_dana.command()

    await until(lambda: errors)
    assert errors == ["expired_trigger_id"]


async def test_beyond_its_events_an_hour_the_app_hears_that_it_is_limited(
    http: httpx.AsyncClient, client: AsyncWebClient, workspace: Workspace, as_dana: Person
) -> None:
    url = str((await client.apps_connections_open(app_token=workspace.tokens.app))["url"])
    async with websockets.connect(url, proxy=None) as socket:
        await socket.recv()
        await orders(http, events_an_hour=1)
        for text in ("one", "two", "three"):
            await as_dana.says(text)
        frames = [json.loads(await socket.recv()) for _ in range(2)]
        for frame in frames:
            await socket.send(json.dumps({"envelope_id": frame["envelope_id"]}))
        await until(lambda: not workspace._tasks)

    by_type = {each["payload"]["type"]: each["payload"] for each in frames}
    assert by_type["event_callback"]["event"]["text"] == "one"
    assert by_type["app_rate_limited"]["team_id"] == workspace.id
    assert by_type["app_rate_limited"]["minute_rate_limited"] % 60 == 0


async def test_an_app_whose_subscriptions_are_off_hears_commands_but_no_events(
    app: AsyncApp, connected: AsyncSocketModeHandler, ran: list[str], http: httpx.AsyncClient, as_dana: Person
) -> None:
    heard: list[str] = []

    async def mention(event: JSON) -> None:
        heard.append(event["text"])

    app.event("app_mention")(mention)
    await orders(http, disable_events=True)
    await as_dana.says("@countersign one")
    await as_dana.command("still")
    await orders(http, disable_events=False)
    await as_dana.says("@countersign two")

    await until(lambda: heard)
    assert (ran, [each.rpartition(" ")[2] for each in heard]) == (["still"], ["two"])


def test_an_app_that_fails_nearly_every_event_of_an_hour_loses_its_subscriptions(wall: MovableClock) -> None:
    volume = Volume(wall)
    volume.judged_from = 100
    for _ in range(99):
        volume.note(taken=False)
    assert not volume.is_disabled

    volume.note(taken=False)

    assert volume.is_disabled
