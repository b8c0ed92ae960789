"""Calls that break on the way, over real HTTP: unclear is told from refused, and no write is sent twice."""

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest
from pydantic import SecretStr
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import Receive, Scope, Send

from sandbox.serving import serving
from tests.workflows.admin_api.rig import KEY, Sandbox, Stopwatch
from workflows.admin_api import AdminAPI, Limiter
from workflows.admin_api.sending import Sender
from workflows.errors import AdminAPIThrottled, AdminAPIUnclear

PROJECTS = "/v1/organization/projects"


@pytest.fixture(name="hurried")
async def _hurried(sandbox: Sandbox) -> AsyncIterator[AdminAPI]:
    """Yield a client that waits for an answer no longer than a test likes to."""
    async with AdminAPI(base_url=f"{sandbox.address}/v1/", admin_key=SecretStr(KEY), timeout=0.3) as api:
        yield api


@pytest.mark.parametrize(
    ("fault", "when", "there"),
    [
        ("server_error", "before_commit", 0),
        ("server_error", "after_commit", 1),
        ("no_answer", "before_commit", 0),
        ("no_answer", "after_commit", 1),
        ("cut", "before_commit", 0),
        ("cut", "after_commit", 1),
    ],
)
async def test_create_that_is_cut_off_is_unclear_and_sent_once(
    sandbox: Sandbox, hurried: AdminAPI, fault: str, when: str, there: int
) -> None:
    await sandbox.arm(fault, when=when, method="POST")

    with pytest.raises(AdminAPIUnclear):
        await hurried.create_project("alpha")

    assert len(await sandbox.calls("POST", PROJECTS)) == 1
    assert [project.name for project in await hurried.projects()].count("alpha") == there


async def test_read_survives_two_failures(sandbox: Sandbox, api: AdminAPI) -> None:
    await sandbox.arm("server_error", method="GET", count=2, status=503)

    assert await api.projects()
    assert await sandbox.calls("GET", PROJECTS) == [503, 503, 200]


async def test_answer_slower_than_the_timeout_is_unclear(sandbox: Sandbox, hurried: AdminAPI) -> None:
    await sandbox.arm("delay", when="after_commit", method="POST", seconds=5)

    with pytest.raises(AdminAPIUnclear, match="cut off before it answered"):
        await hurried.create_project("alpha")

    assert len(await sandbox.calls("POST", PROJECTS)) == 1


async def test_answer_that_trickles_for_ever_is_unclear() -> None:
    """Each byte comes in time; the answer does not."""

    async def trickle(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        gone = asyncio.create_task(_hung_up(receive))
        while not gone.done():
            await send({"type": "http.response.body", "body": b" ", "more_body": True})
            await asyncio.sleep(0.01)

    async with (
        serving(Starlette(routes=[Mount("/", trickle)])) as address,
        AdminAPI(base_url=f"{address}/v1", admin_key=SecretStr(KEY), timeout=0.3) as api,
    ):
        with pytest.raises(AdminAPIUnclear, match="cut off before it answered"):
            await asyncio.wait_for(api.create_project("alpha"), 5)


async def _hung_up(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def test_server_that_is_not_there_is_unreachable(watch: Stopwatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{free.getsockname()[1]}/v1"
        async with AdminAPI(base_url=address, admin_key=SecretStr("sk-admin-x")) as api:
            with pytest.raises(AdminAPIUnclear, match="nothing was sent"):
                await api.create_project("alpha")


async def test_proxy_of_the_environment_is_not_asked_for_this_machine(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    key = SecretStr(sandbox.organization.admin_key)

    async with AdminAPI(base_url=f"{sandbox.address}/v1", admin_key=key, timeout=5) as api:
        assert await api.projects()


async def test_whole_list_is_read_at_the_pace_that_openai_allows(
    sandbox: Sandbox, api: AdminAPI, watch: Stopwatch
) -> None:
    """Seven a minute, then 429 without a word, on the organisation's clock as on ours."""
    for n in range(1500):
        sandbox.organization.add_project(name=f"project {n}")
    await sandbox.arm("calls_per_minute", calls=7)
    sandbox.organization.clock.set(watch.now)
    sleep = watch.sleep

    async def sleep_everywhere(seconds: float) -> None:
        await sleep(seconds)
        sandbox.organization.clock.advance(seconds)

    assert isinstance(api._caller.sender, Sender)
    api._caller.sender._limiter.sleep = sleep_everywhere

    assert len(await api.projects()) == 1501
    statuses = await sandbox.calls("GET", PROJECTS)
    assert statuses.count(200) == 16
    assert statuses.count(429) <= 2


async def test_one_busy_endpoint_does_not_hold_up_another(sandbox: Sandbox, api: AdminAPI, watch: Stopwatch) -> None:
    await sandbox.arm("rate_limited", method="POST", path="/organization/projects")
    began = watch.now

    with pytest.raises(AdminAPIThrottled):
        await api.create_project("alpha")
    await api.projects()

    assert watch.now == began


async def test_urgent_read_goes_before_reads_that_waited_longer(sandbox: Sandbox, watch: Stopwatch) -> None:
    limiter = Limiter(monotonic=watch.monotonic)
    key, order = SecretStr(KEY), list[str]()
    async with AdminAPI(base_url=f"{sandbox.address}/v1", admin_key=key, limiter=limiter) as api:
        woken = asyncio.Event()

        async def sleep_until_woken(_seconds: float) -> None:
            await woken.wait()
            await asyncio.sleep(0)

        limiter.sleep = sleep_until_woken
        limiter.throttled("GET /organization/projects", watch.now, None)

        async def read(name: str, view: AdminAPI) -> None:
            await view.projects()
            order.append(name)

        slow = asyncio.create_task(read("background", api))
        await asyncio.sleep(0)
        fast = asyncio.create_task(read("urgent", api.with_patience(120, urgent=True)))
        await asyncio.sleep(0)
        watch.now += 60
        woken.set()
        await asyncio.wait_for(fast, 5)
        watch.now += 60
        await slow

    assert order == ["urgent", "background"]
