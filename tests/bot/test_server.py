"""The HTTP side: only Slack's own requests reach the app; health and metrics are for everybody."""

import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from bot import app as bolt
from bot import server, slack_api
from bot.metrics import Metrics
from sandbox.serving import serving
from tests.bot.workplace import Workplace
from tests.support.databases import SQLiteTemplate
from tests.support.served import only
from workflows.audit.entry import Draft
from workflows.model import Actor, ActorType
from workflows.store import Database

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = urlencode({"command": "/unheard-of", "team_id": "T1", "user_id": "U1"})


@pytest.fixture(name="quick")
async def _quick(sqlite_template: SQLiteTemplate, tmp_path: Path) -> AsyncIterator[Database]:
    with sqlite_template.fresh(tmp_path) as url:
        database = Database(url)
        yield database
        await database.close()


class Web:
    def __init__(self, http: httpx.AsyncClient, received: list[str], metrics: Metrics) -> None:
        self.http = http
        self.received = received
        self.metrics = metrics
        self.problem = ""

    async def post(self, body: str | bytes, **headers: str) -> httpx.Response:
        kind = {"content-type": "application/x-www-form-urlencoded"}
        return await self.http.post(server.SLACK_PATH, content=body, headers=kind | headers)


@pytest.fixture(name="web")
async def _web(workplace: Workplace, quick: Database) -> AsyncIterator[Web]:
    received: list[str] = []
    metrics = Metrics(quick)
    app = bolt.build(
        client=slack_api.client(None, f"{workplace.url}/api", workplace.session),
        signing_secret=SECRET,
        observe=received.append,
        served=only(workplace.workspace.tokens.bot, slack_api.WhoAmI(workplace.client()), {}),
    )

    async def check() -> str:
        return found.problem

    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(
            serving(server.build(metrics=metrics, checks={"database": check}, app=app))
        )
        http = await stack.enter_async_context(httpx.AsyncClient(base_url=url, trust_env=False))
        found = Web(http, received, metrics)
        yield found


def signed(body: str, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    moment = str(int(time.time() if at is None else at))
    digest = hmac.new(secret.encode(), f"v0:{moment}:{body}".encode(), hashlib.sha256).hexdigest()
    return {"x-slack-request-timestamp": moment, "x-slack-signature": f"v0={digest}"}


async def test_what_slack_signed_reaches_the_app(web: Web) -> None:
    answer = await web.post(BODY, **signed(BODY))

    assert (answer.status_code, web.received) == (200, ["command"])


def forgeries() -> Iterator[Any]:
    good = signed(BODY)
    yield pytest.param({}, id="unsigned")
    yield pytest.param(signed(BODY, secret="guessed"), id="another-secret")
    yield pytest.param(signed(BODY, secret=""), id="empty-secret")
    yield pytest.param(signed(BODY, at=time.time() - 400), id="replayed")
    yield pytest.param(signed(BODY, at=time.time() + 86_400), id="from-the-future")
    yield pytest.param(signed(BODY.replace("U1", "U2")), id="another-body")
    yield pytest.param(good | {"x-slack-request-timestamp": str(int(time.time()) - 5)}, id="another-time")
    yield pytest.param(good | {"x-slack-signature": good["x-slack-signature"].removeprefix("v0=")}, id="no-version")
    yield pytest.param(good | {"x-slack-request-timestamp": "soon"}, id="no-time")
    yield pytest.param({"x-slack-signature": good["x-slack-signature"]}, id="no-timestamp")


@pytest.mark.parametrize("headers", list(forgeries()))
async def test_what_slack_did_not_sign_is_refused(web: Web, headers: dict[str, str]) -> None:
    answer = await web.post(BODY, **headers)

    assert (answer.status_code, web.received) == (401, [])


@pytest.mark.parametrize(("body", "status"), [(b"\xff\xfe", 400), (b"x" * 1_000_001, 413)], ids=["bytes", "huge"])
async def test_what_slack_never_sends_is_refused_before_it_is_read(web: Web, body: bytes, status: int) -> None:
    answer = await web.post(body)

    assert (answer.status_code, web.received) == (status, [])


async def test_an_address_proves_itself_by_the_challenge(web: Web) -> None:
    body = '{"type": "url_verification", "challenge": "c-1", "token": "t"}'

    answer = await web.post(body, **{"content-type": "application/json"}, **signed(body))

    assert answer.json() == {"challenge": "c-1"}


async def test_only_posts_reach_slacks_address(web: Web) -> None:
    assert (await web.http.get(server.SLACK_PATH)).status_code == 405


async def test_the_process_says_that_it_is_alive(web: Web) -> None:
    assert (await web.http.get("/healthz")).status_code == 200


async def test_readiness_names_what_is_missing(web: Web) -> None:
    assert (await web.http.get("/readyz")).json() == {"ready": True, "database": "ready"}

    web.problem = "away"

    answer = await web.http.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, {"ready": False, "database": "away"})


async def test_metrics_count_events_from_the_audit_log_once(web: Web, quick: Database) -> None:
    async def happened(action: str) -> None:
        async with quick.begin() as work:
            at = web.metrics._since
            actor = Actor(type=ActorType.OPERATOR)
            await work.append(Draft(action=action, actor=actor, at=at, kind="budget", data={}))

    await happened("opened")
    await web.http.get("/metrics")
    await happened("denied")
    await happened("denied")

    page = (await web.http.get("/metrics")).text

    assert 'countersign_events_total{event="opened",kind="budget"} 1.0' in page
    assert 'countersign_events_total{event="denied",kind="budget"} 2.0' in page
    assert "countersign_outbox_waiting 0.0" in page


async def test_metrics_count_calls_and_who_was_told_to_slow_down(web: Web) -> None:
    web.metrics.openai_called("GET", "/organization/projects", 429, 0.1)
    web.metrics.slack_called("chat.postMessage", 200)

    page = (await web.http.get("/metrics")).text

    assert 'countersign_api_calls_total{api="slack",call="chat.postMessage",status="200"} 1.0' in page
    assert 'countersign_api_throttled_total{api="openai"} 1.0' in page


async def test_a_taken_port_is_an_error(web: Web) -> None:
    port = int(str(web.http.base_url).rstrip("/").rpartition(":")[2])

    assert server.free((port,), "127.0.0.1") == port
    with pytest.raises(OSError, match="in use"):
        async with server.serving(server.build(metrics=web.metrics, checks={}), port, host="127.0.0.1"):
            pass
