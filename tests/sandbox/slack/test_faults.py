"""What goes wrong when it is ordered to: deliveries, acknowledgements, calls of the Web API."""

from typing import Any

import httpx
import pytest
from aiohttp import ClientError
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.slack import Workspace
from tests.sandbox.slack.acting import Person, orders, until

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
