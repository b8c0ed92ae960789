"""A workspace with a few people, served on loopback behind the judge, and apps on the real Bolt."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.serving import serving
from sandbox.slack import Timing, Workspace, create_app
from sandbox.slack.model import Channel, User
from tests.sandbox.slack.acting import MovableClock, Person, modal, text_field
from tests.support.slack_methods import JudgedMethods


@pytest.fixture(name="wall")
def _wall() -> MovableClock:
    return MovableClock()


@pytest.fixture(name="timing")
def _timing() -> Timing:
    """Slack's patience, but short pauses, so that nothing here waits for long."""
    return Timing(retries=(0.0, 0.02, 0.02), settle=0.3, save=0.0)


@pytest.fixture(name="workspace")
def _workspace(wall: MovableClock, timing: Timing) -> Workspace:
    return Workspace(clock=wall, timing=timing)


@pytest.fixture(name="impatient")
def _impatient(workspace: Workspace) -> None:
    """Let the workspace wait less than Slack for an acknowledgement that a test does not give."""
    workspace.timing = replace(workspace.timing, ack=0.5)


@pytest.fixture(name="dana")
def _dana(workspace: Workspace) -> User:
    return workspace.add_user(name="dana", real_name="Dana Dev", email="dana@acme.example", tz="Europe/Berlin")


@pytest.fixture(name="olga")
def _olga(workspace: Workspace) -> User:
    return workspace.add_user(name="olga", real_name="Olga Owner", email="olga@acme.example")


@pytest.fixture(name="general")
def _general(workspace: Workspace, dana: User, olga: User) -> Channel:
    return workspace.add_channel("general", members=[dana.id, olga.id, workspace.bot.user_id])


@pytest.fixture(name="judge")
def _judge(workspace: Workspace) -> Iterator[JudgedMethods]:
    """Judge every Web API answer of the test; the verdict falls when the test is over."""
    judge = JudgedMethods(create_app(workspace))
    yield judge
    judge.verdict()


@pytest.fixture(name="address")
async def _address(judge: JudgedMethods) -> AsyncIterator[str]:
    async with serving(judge) as base_url:
        yield base_url


@pytest.fixture(name="http")
async def _http(address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=10) as client:
        yield client


@pytest.fixture(name="client")
def _client(address: str, workspace: Workspace) -> AsyncWebClient:
    """Slack's own client, told where we are."""
    return AsyncWebClient(token=workspace.tokens.bot, base_url=f"{address}/api/", retry_handlers=[])


@pytest.fixture(name="app")
async def _app(client: AsyncWebClient, workspace: Workspace) -> AsyncApp:
    """Make an app without listeners yet, not connected."""
    return AsyncApp(client=client, signing_secret=workspace.tokens.signing_secret)


@pytest.fixture(name="connected")
async def _connected(app: AsyncApp, workspace: Workspace) -> AsyncIterator[AsyncSocketModeHandler]:
    """Let the same app listen over one socket."""
    handler = AsyncSocketModeHandler(app, workspace.tokens.app, ping_interval=0.2)
    await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's own signature
    yield handler
    await handler.close_async()  # type: ignore[no-untyped-call]  # Bolt's own signature


@pytest.fixture(name="as_dana")
def _as_dana(http: httpx.AsyncClient, dana: User, general: Channel) -> Person:
    return Person(http, dana.id, general.id)


@pytest.fixture(name="as_olga")
def _as_olga(http: httpx.AsyncClient, olga: User, general: Channel) -> Person:
    return Person(http, olga.id, general.id)


@pytest.fixture(name="opened")
async def _opened(workspace: Workspace, client: AsyncWebClient, dana: User) -> dict[str, Any]:
    """Open a form with one field before Dana."""
    view = modal(text_field("name"), private_metadata="secret", notify_on_close=True)
    answer = await client.views_open(trigger_id=workspace.triggers.issue(dana.id), view=view)
    return dict(answer["view"])
