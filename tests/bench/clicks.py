"""Decisions and submissions over HTTP, durable before Slack hears 200, against the same app that only acks.

The local OpenAI organisation and the clients share this process, so a part of what is measured is theirs.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import os
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import httpx
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult

from bot.cli import wiring
from bot.metrics import Metrics
from bot.server import SLACK_PATH, build
from sandbox.serving import serving
from tests.bench.engines import engines
from tests.bench.table import Row
from tests.support.installation import Installation, installed, running
from workflows.model import Reference, Request
from workflows.service import Service

CLIENTS = (1, 16)
EACH = 160
"""Clicks of one measurement."""

APPROVED = {"quorum_reached", "approval_given", "stage_completed"}
PACE = "100000"
"""Acts a minute: a bench is one person who does everything."""


def rows() -> Iterator[Row]:
    os.environ["ACTS_PER_MINUTE"] = PACE
    for name, url in engines():
        yield from asyncio.run(_measured(name, url))


async def _measured(name: str, url: str) -> list[Row]:
    found: list[Row] = []
    async with installed(url, "http") as acme, running(acme, works=False) as parts, _floor(acme) as floor_url:
        for clients in CLIENTS:
            for what, bodies in (("decision", await _approvals(acme, parts)), ("submission", await _submissions(acme))):
                floor = await _shot(acme, floor_url, bodies, clients)
                ours = await _shot(acme, acme.events_url, bodies, clients)
                figures = (
                    f"{ours.rate:,.0f}/s, p50 {ours.p50:.1f} ms, p99 {ours.p99:.0f} ms;"
                    f" bare ack {floor.rate:,.0f}/s, p50 {floor.p50:.1f} ms: {ours.rate / floor.rate:.0%}"
                )
                found.append(Row(what=f"{name}: {what}, {clients} at once", figures=figures, aim="at least 40 %"))
        async with parts.database.read() as work:
            states = [await work.get(each) for each in await _decided(work)]
        assert len(states) == len(CLIENTS) * EACH, "every click counted"
    return found


async def _decided(work: Any) -> list[str]:
    found = [each async for each in work.audit_entries() if each.action in APPROVED]
    return [each.request_id for each in found]


@contextlib.asynccontextmanager
async def _floor(acme: Installation) -> AsyncIterator[str]:
    """Serve the same app with listeners that do nothing."""

    async def nothing(ack: AsyncAck) -> None:
        await ack()

    secret = acme.workspace.tokens.signing_secret
    app = AsyncApp(token=None, signing_secret=secret, authorize=_authorized(acme), process_before_response=True)
    app.action("approve")(nothing)
    app.view("submit:budget")(nothing)
    async with (
        acme.database() as database,
        serving(build(metrics=Metrics(database), checks={}, app=app)) as address,
    ):
        yield f"{address}{SLACK_PATH}"


def _authorized(acme: Installation) -> Callable[[], Any]:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(
            enterprise_id=None, team_id=acme.workspace.id, bot_id="B", bot_user_id="U", bot_token="xoxb-bench"
        )

    return authorize


class _Shot:
    def __init__(self, took: Sequence[float], seconds: float) -> None:
        ordered = sorted(took)
        self.rate = len(ordered) / seconds
        self.p50 = statistics.median(ordered) * 1000
        self.p99 = ordered[int(len(ordered) * 0.99)] * 1000


async def _shot(acme: Installation, url: str, bodies: Sequence[bytes], clients: int) -> _Shot:
    waiting, took = list(reversed(bodies)), []
    secret = acme.workspace.tokens.signing_secret

    async def shoot(http: httpx.AsyncClient) -> None:
        while waiting:
            body = waiting.pop()
            headers = {"content-type": "application/x-www-form-urlencoded", **_signed(body, secret)}
            began = time.perf_counter()
            answer = await http.post(url, content=body, headers=headers)
            took.append(time.perf_counter() - began)
            assert answer.status_code == httpx.codes.OK, (answer.status_code, answer.text, url)

    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:
        began = time.perf_counter()
        await asyncio.gather(*(shoot(http) for _ in range(clients)))
        return _Shot(took, time.perf_counter() - began)


def _signed(body: bytes, secret: str) -> dict[str, str]:
    moment = str(int(time.time()))
    digest = hmac.new(secret.encode(), f"v0:{moment}:".encode() + body, hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}"}


def _who(acme: Installation, name: str) -> dict[str, Any]:
    team = acme.workspace.id
    return {
        "user": {"id": acme.hands.users[name], "team_id": team},
        "team": {"id": team},
        "trigger_id": f"{time.time()}.{os.urandom(4).hex()}",
    }


def _payload(told: dict[str, Any]) -> bytes:
    return urlencode({"payload": json.dumps(told)}).encode()


async def _approvals(acme: Installation, parts: wiring.Parts) -> list[bytes]:
    """Open requests, and return the click that approves each."""
    (project,) = await acme.projects("prompt-lab")
    service: Service = parts.service
    opened: list[Request] = []
    for number in range(EACH):
        values = {"project": project, "monthly_limit": str(110 + number), "reason": "Bench"}
        opened.append(await service.open("budget", values, acme.hands.users["dana"], origin=""))
    where = {
        "channel": {"id": acme.hands.channels["requests"]},
        "message": {"ts": "1.1"},
        "container": {"type": "message"},
    }
    return [
        _payload(
            {
                "type": "block_actions",
                **_who(acme, "lena"),
                **where,
                "actions": [_button(each, number)],
            }
        )
        for number, each in enumerate(opened)
    ]


def _button(request: Request, number: int) -> dict[str, Any]:
    value = str(Reference.of(request))
    return {
        "type": "button",
        "action_id": "approve",
        "block_id": "b",
        "value": value,
        "action_ts": f"{time.time():.6f}{number}",
    }


async def _submissions(acme: Installation) -> list[bytes]:
    (project,) = await acme.projects("prompt-lab")
    moment = time.time()
    return [
        _payload(
            {
                "type": "view_submission",
                **_who(acme, "dana"),
                "view": {
                    "id": f"V{moment}{number}",
                    "type": "modal",
                    "callback_id": "submit:budget",
                    "private_metadata": "",
                    "blocks": [],
                    "state": {
                        "values": {
                            "project": {"value": _option(project)},
                            "monthly_limit": {"value": {"type": "plain_text_input", "value": str(120 + number)}},
                            "reason": {"value": {"type": "plain_text_input", "value": "Bench"}},
                        }
                    },
                },
            }
        )
        for number in range(EACH)
    ]


def _option(project: str) -> dict[str, Any]:
    return {"type": "external_select", "selected_option": {"value": project}}
