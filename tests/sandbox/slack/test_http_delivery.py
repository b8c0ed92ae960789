"""Signed HTTP: what people do, posted to the app's address as Slack posts it."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any
from urllib.parse import parse_qs

import httpx
import pytest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncSay
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from sandbox.serving import serving
from sandbox.slack import Workspace
from tests.sandbox.slack.acting import Person, button, modal, option, orders, section, text_field, until

JSON = dict[str, Any]


class Recorder:
    """An app's address that keeps what arrives and answers what a test wants."""

    def __init__(self) -> None:
        self.requests: list[tuple[dict[str, str], bytes]] = []
        self.answer: Callable[[JSON], Response] = lambda _: Response()

    async def take(self, request: Request) -> Response:
        body = await request.body()
        self.requests.append((dict(request.headers), body))
        read = json.loads(body) if request.headers["content-type"] == "application/json" else {}
        if read.get("type") == "url_verification":
            return PlainTextResponse(read["challenge"])
        return self.answer(read)

    def after_handshake(self) -> list[tuple[dict[str, str], bytes]]:
        return self.requests[1:]


@pytest.fixture(name="recorder")
async def _recorder(workspace: Workspace) -> AsyncIterator[Recorder]:
    recorder = Recorder()
    async with serving(Starlette(routes=[Route("/slack", recorder.take, methods=["POST"])])) as address:
        workspace.request_url = f"{address}/slack"
        yield recorder


@pytest.fixture(name="bolt")
async def _bolt(app: AsyncApp, workspace: Workspace) -> AsyncIterator[AsyncApp]:
    """Serve the app through Bolt's own Starlette adapter."""
    handler = AsyncSlackRequestHandler(app)
    async with serving(Starlette(routes=[Route("/slack", handler.handle, methods=["POST"])])) as address:
        workspace.request_url = f"{address}/slack"
        yield app


async def test_every_request_is_signed(recorder: Recorder, workspace: Workspace, as_dana: Person) -> None:
    verifier = SignatureVerifier(workspace.tokens.signing_secret)

    await as_dana.command("new")
    await as_dana.says(f"<@{workspace.bot.user_id}> hi")
    await until(lambda: len(recorder.requests) >= 4)

    assert all(verifier.is_valid_request(body, headers) for headers, body in recorder.requests)
    headers, body = recorder.requests[1]
    assert not verifier.is_valid_request(body + b"x", headers)


async def test_the_address_proves_itself_first(recorder: Recorder, as_dana: Person) -> None:
    await as_dana.command("one")
    await as_dana.command("two")

    first = json.loads(recorder.requests[0][1])
    assert first["type"] == "url_verification"
    assert [parse_qs(body.decode())["text"] for _, body in recorder.after_handshake()] == [["one"], ["two"]]


async def test_an_address_that_fails_the_challenge_gets_nothing(
    recorder: Recorder, workspace: Workspace, as_dana: Person
) -> None:
    workspace.request_url = f"{workspace.request_url}/elsewhere"

    answer = await as_dana.command()

    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")
    assert recorder.requests == []


async def test_bodies_have_slacks_shapes(
    recorder: Recorder, workspace: Workspace, client: AsyncWebClient, as_dana: Person
) -> None:
    blocks = [{"type": "actions", "elements": [button("ok")]}]
    ts = (await client.chat_postMessage(channel=as_dana.channel, text="x", blocks=blocks))["ts"]

    await as_dana.command()
    await as_dana.does("action", channel=as_dana.channel, ts=ts, action_id="ok")
    await as_dana.says("@countersign")
    await until(lambda: len(recorder.requests) >= 5)

    [command, action, event, *_] = recorder.after_handshake()
    form = "application/x-www-form-urlencoded"
    assert (command[0]["content-type"], parse_qs(command[1].decode())["command"]) == (form, ["/openai"])
    assert action[0]["content-type"] == form
    assert json.loads(parse_qs(action[1].decode())["payload"][0])["type"] == "block_actions"
    assert event[0]["content-type"] == "application/json"
    assert json.loads(event[1])["type"] == "event_callback"


async def test_a_refused_event_comes_three_more_times(
    recorder: Recorder, workspace: Workspace, as_dana: Person
) -> None:
    recorder.answer = lambda read: Response(status_code=500 if read["event"]["type"] == "app_mention" else 200)

    await as_dana.says("@countersign hi")
    retried = await until(lambda: _mentions(recorder, 4))

    numbers = [headers.get("x-slack-retry-num") for headers, _ in retried]
    assert numbers == [None, "1", "2", "3"]
    assert {headers.get("x-slack-retry-reason") for headers, _ in retried[1:]} == {"http_error"}
    assert len({json.loads(body)["event_id"] for _, body in retried}) == 1


def _mentions(recorder: Recorder, count: int) -> list[tuple[dict[str, str], bytes]]:
    found = [each for each in recorder.after_handshake() if json.loads(each[1])["event"]["type"] == "app_mention"]
    return found if len(found) >= count else []


async def test_an_app_may_decline_retries(recorder: Recorder, workspace: Workspace, as_dana: Person) -> None:
    recorder.answer = lambda _: Response(status_code=500, headers={"x-slack-no-retry": "1"})

    await as_dana.says("@countersign hi")
    await until(lambda: _mentions(recorder, 1))
    await until(lambda: not workspace._tasks)

    assert len(_mentions(recorder, 1)) == 1


@pytest.mark.parametrize(("status", "word"), [(500, "http_service_error"), (404, "http_client_error")])
async def test_a_person_is_told_how_the_app_failed(recorder: Recorder, as_dana: Person, status: int, word: str) -> None:
    recorder.answer = lambda _: Response(status_code=status)

    answer = await as_dana.command()

    assert (answer["ok"], answer["error"]) == (False, word)


async def test_an_unreachable_app_is_told(workspace: Workspace, as_dana: Person) -> None:
    workspace.request_url = "http://127.0.0.1:9/slack"

    answer = await as_dana.command()

    assert (answer["ok"], answer["error"]) == (False, "dispatch_failed")


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(PlainTextResponse("Working on it"), id="text"),
        pytest.param(JSONResponse({"text": "Working on it"}), id="json"),
    ],
)
async def test_an_answer_in_the_body_is_shown(recorder: Recorder, as_dana: Person, answer: Response) -> None:
    recorder.answer = lambda _: answer

    assert [each["text"] for each in (await as_dana.command())["ephemeral"]] == ["Working on it"]


async def new(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
    await ack()
    select = {"type": "external_select", "action_id": "value", "min_query_length": 0}
    owner = text_field("owner") | {"element": select}
    await client.views_open(
        trigger_id=body["trigger_id"], view=modal(text_field("name"), owner, private_metadata=body["channel_id"])
    )


async def offer(ack: AsyncAck) -> None:
    await ack(options=[option("olga")])


async def submitted(ack: AsyncAck, view: JSON, client: AsyncWebClient) -> None:
    name = view["state"]["values"]["name"]["value"]["value"]
    if name == "taken":
        await ack(response_action="errors", errors={"name": "Taken."})
        return
    await ack()
    card = [section(name), {"type": "actions", "elements": [button("approve", value=name)]}]
    await client.chat_postMessage(channel=view["private_metadata"], text=name, blocks=card)


async def approve(ack: AsyncAck, body: JSON, client: AsyncWebClient) -> None:
    await ack()
    await client.chat_update(
        channel=body["channel"]["id"], ts=body["message"]["ts"], text="approved", blocks=[section("approved")]
    )


async def mentioned(event: JSON, say: AsyncSay) -> None:
    await say("You called?", thread_ts=event["ts"])


async def test_bolt_serves_a_whole_journey(bolt: AsyncApp, as_dana: Person) -> None:
    bolt.command("/openai")(new)
    bolt.options("value")(offer)
    bolt.view("form")(submitted)
    bolt.action("approve")(approve)
    bolt.event("app_mention")(mentioned)

    view = (await as_dana.command("new"))["view"]["id"]
    refused = await as_dana.does("submit", view_id=view, values={"name": "taken", "owner": "olga"})
    accepted = await as_dana.does("submit", view_id=view, values={"name": "apollo"})
    [card] = await until(as_dana.sees)
    await as_dana.does("action", channel=as_dana.channel, ts=card["ts"], action_id="approve")
    mention = (await as_dana.says("@countersign hello"))["ts"]

    async def answered() -> bool:
        return len(await as_dana.sees(thread_ts=mention)) == 2

    await until(answered)
    assert refused["errors"] == {"name": "Taken."}
    assert accepted["ok"]
    assert (await as_dana.sees())[0]["text"] == "approved"


@pytest.mark.parametrize(
    ("ordered", "status"),
    [
        pytest.param({"signature_age": 301}, 401, id="old"),
        pytest.param({"forge_signatures": -1}, 401, id="forged"),
        pytest.param({"signature_age": 290}, 404, id="old-but-in-time"),
    ],
)
async def test_bolt_refuses_what_is_not_signed_well(
    app: AsyncApp, http: httpx.AsyncClient, workspace: Workspace, as_dana: Person, ordered: JSON, status: int
) -> None:
    handler = AsyncSlackRequestHandler(app)
    statuses: list[int] = []

    async def take(request: Request) -> Response:
        answer = await handler.handle(request)
        statuses.append(answer.status_code)
        return answer

    async with serving(Starlette(routes=[Route("/slack", take, methods=["POST"])])) as address:
        workspace.request_url = f"{address}/slack"
        await as_dana.command("first")  # proves the address, before anything is wrong
        statuses.clear()
        await orders(http, **ordered)

        answer = await as_dana.command("second")

    assert answer["error"] == "http_client_error"
    assert statuses == [status]


@pytest.mark.parametrize(("hops", "reason"), [(2, None), (3, "too_many_redirects")])
async def test_two_redirects_are_followed_and_no_more(
    workspace: Workspace, as_dana: Person, hops: int, reason: str | None
) -> None:
    arrived: list[bytes] = []

    async def take(request: Request) -> Response:
        left = int(request.path_params["left"])
        if left:
            return RedirectResponse(f"/{left - 1}", status_code=302)
        body = await request.body()
        if b"url_verification" in body:
            return PlainTextResponse(json.loads(body)["challenge"])
        arrived.append(body)
        return Response()

    async with serving(Starlette(routes=[Route("/{left:int}", take, methods=["POST"])])) as address:
        workspace.request_url = f"{address}/{hops}"
        answer = await as_dana.command("around")

    assert (answer["ok"], answer.get("error")) == ((True, None) if reason is None else (False, "dispatch_failed"))
    assert [b"text=around" in each for each in arrived] == ([True] if reason is None else [])
