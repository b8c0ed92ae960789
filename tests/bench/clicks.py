"""Decisions and submissions, durable before Slack hears of it, against the same app that only acks; both transports.

The local OpenAI organisation, and over HTTP the clients, share this process, so a part of what is measured is theirs.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.metrics import Metrics
from bot.server import SLACK_PATH, build
from bot.socket_mode import SocketMode
from sandbox.serving import serving
from sandbox.slack.delivery.dispatch import ask
from sandbox.slack.delivery.envelope import Kind
from tests.bench.acts import approvals, submissions
from tests.bench.engines import engines
from tests.bench.table import Row
from tests.support.installation import Installation, Transport, installed, running

CLIENTS = (1, 64)
EACH = 192
"""Clicks of one measurement."""

APPROVED = {"quorum_reached", "approval_given", "stage_completed"}
PACE = "100000"
"""Acts a minute: a bench is one person who does everything."""

AIMS = {"decision": "at least 40 %", "submission": "at least 50 %"}
Payload = dict[str, Any]
Send = Callable[[Payload], Awaitable[None]]


def rows() -> Iterator[Row]:
    os.environ["ACTS_PER_MINUTE"] = PACE
    transports: tuple[Transport, ...] = ("http", "socket")
    for transport in transports:
        for name, url in engines():
            yield from asyncio.run(_measured(name, url, transport))


async def _measured(name: str, url: str, transport: Transport) -> list[Row]:
    found: list[Row] = []
    taken: dict[tuple[str, int], tuple[list[Payload], _Shot]] = {}
    async with installed(url, transport) as acme, running(acme, works=False) as parts, _sending(acme) as send:
        for clients in CLIENTS:
            clicks, forms = await approvals(acme, parts.service, EACH), await submissions(acme, EACH)
            for what, payloads in (("decision", clicks), ("submission", forms)):
                taken[what, clients] = payloads, await _shot(send, payloads, clients)
        async with parts.database.read() as work:
            decided = [each.request_id async for each in work.audit_entries() if each.action in APPROVED]
        assert len(decided) == len(CLIENTS) * EACH, "every click counted"
    async with installed(url, transport) as acme, _floor(acme), _sending(acme) as send:
        for (what, clients), (payloads, ours) in taken.items():
            floor = await _shot(send, payloads, clients)
            figures = (
                f"{ours.rate:,.0f}/s, p50 {ours.p50:.1f} ms, p99 {ours.p99:.0f} ms;"
                f" bare ack {floor.rate:,.0f}/s, p50 {floor.p50:.1f} ms: {ours.rate / floor.rate:.0%}"
            )
            found.append(Row(what=f"{name}, {transport}: {what}, {clients} at once", figures=figures, aim=AIMS[what]))
    return found


@contextlib.asynccontextmanager
async def _floor(acme: Installation) -> AsyncIterator[None]:
    """Connect the same app, with listeners that do nothing, to this workspace."""

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=acme.workspace.id, bot_id="B", bot_user_id="U", bot_token="xoxb-bench"
        )

    tokens = acme.workspace.tokens
    app = AsyncApp(
        client=AsyncWebClient(base_url=f"{acme.slack_url}/api/"),
        signing_secret=tokens.signing_secret,
        authorize=authorize,
        process_before_response=True,
    )
    app.action("approve")(nothing)
    app.view("submit:budget")(nothing)
    if acme.transport == "socket":
        async with SocketMode(app=app, app_token=tokens.app) as sockets:
            await asyncio.wait_for(sockets.opened.wait(), 20)
            yield
        return
    async with acme.database() as database, serving(build(metrics=Metrics(database), checks={}, app=app)) as address:
        acme.workspace.request_url = f"{address}{SLACK_PATH}"
        yield


@contextlib.asynccontextmanager
async def _sending(acme: Installation) -> AsyncIterator[Send]:
    """Yield what delivers a payload and returns when it is acknowledged: as HTTP's clients, or over the socket."""
    if acme.transport == "socket":

        async def over_the_socket(payload: Payload) -> None:
            await ask(acme.workspace, Kind.INTERACTIVE, payload)

        yield over_the_socket
        return
    url, secret = acme.workspace.request_url, acme.workspace.tokens.signing_secret
    assert url is not None
    async with httpx.AsyncClient(trust_env=False, timeout=60) as http:

        async def by_http(payload: Payload) -> None:
            body = urlencode({"payload": json.dumps(payload)}).encode()
            headers = {"content-type": "application/x-www-form-urlencoded", **_signed(body, secret)}
            answer = await http.post(url, content=body, headers=headers)
            assert answer.status_code == httpx.codes.OK, (answer.status_code, answer.text, url)

        yield by_http


class _Shot:
    def __init__(self, took: Sequence[float], seconds: float) -> None:
        ordered = sorted(took)
        self.rate = len(ordered) / seconds
        self.p50 = statistics.median(ordered) * 1000
        self.p99 = ordered[int(len(ordered) * 0.99)] * 1000


async def _shot(send: Send, payloads: Sequence[Payload], clients: int) -> _Shot:
    waiting, took = list(reversed(payloads)), []

    async def shoot() -> None:
        while waiting:
            payload = waiting.pop()
            began = time.perf_counter()
            await send(payload)
            took.append(time.perf_counter() - began)

    began = time.perf_counter()
    await asyncio.gather(*(shoot() for _ in range(clients)))
    return _Shot(took, time.perf_counter() - began)


def _signed(body: bytes, secret: str) -> dict[str, str]:
    moment = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}"}
