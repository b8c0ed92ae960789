"""Calls whose answer is lost, unreadable or a 429: what is tried again and what never is."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.workflows.admin_api.rig import PROJECT, Answering, Stopwatch, create_project, read_project, reply
from workflows.errors import AdminAPIError, AdminAPIThrottled, AdminAPIUnclear

UNREADABLE = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"<html>fine</html>", id="html"),
    pytest.param(b'{"id": "proj_1", "created_at": 17', id="cut short"),
    pytest.param(b"[]", id="list"),
    pytest.param(b"null", id="null"),
    pytest.param(b"\xff\xfe{}", id="no text"),
    pytest.param(b'{"name": "alpha", "created_at": 1711474333}', id="no id"),
    pytest.param(b'{"id": 7, "created_at": 1711474333}', id="id a number"),
    pytest.param(b'{"id": "proj_1"}', id="no time"),
    pytest.param(b'{"id": "proj_1", "created_at": 99999999999999999}', id="time beyond the calendar"),
    pytest.param(b"[" * 100_000, id="nested without end"),
]


@pytest.mark.parametrize("body", UNREADABLE)
async def test_write_with_an_unreadable_reply_is_unclear_and_not_repeated(answering: Answering, body: Any) -> None:
    scripted = answering(httpx.Response(200, content=body))

    with pytest.raises(AdminAPIUnclear, match="cannot be read"):
        await create_project(scripted.api)

    assert len(scripted.wire.sent) == 1


GATEWAY = httpx.Response(502, text="<html><body>Bad gateway</body></html>", headers={"content-type": "text/html"})
LOST: list[Any] = [
    pytest.param(lambda: GATEWAY, id="gateway"),
    pytest.param(lambda: reply({"error": {"message": "The server had an error"}}, 500), id="500"),
    pytest.param(lambda: reply({}, 408), id="408"),
    pytest.param(lambda: httpx.ReadTimeout("slow"), id="no answer in time"),
    pytest.param(lambda: httpx.WriteTimeout("slow"), id="not sent in time"),
    pytest.param(lambda: httpx.ReadError("reset"), id="connection reset"),
    pytest.param(lambda: httpx.RemoteProtocolError("closed"), id="connection closed"),
    pytest.param(lambda: httpx.ConnectError("refused"), id="no connection"),
    pytest.param(lambda: httpx.DecodingError("gzip"), id="broken compression"),
]


@pytest.mark.parametrize("lost", LOST)
async def test_lost_write_is_unclear_and_sent_once(answering: Answering, lost: Callable[[], Any]) -> None:
    scripted = answering(lost())

    with pytest.raises(AdminAPIUnclear):
        await create_project(scripted.api)

    assert len(scripted.wire.sent) == 1


@pytest.mark.parametrize("lost", LOST)
async def test_lost_read_is_tried_again(answering: Answering, lost: Callable[[], Any]) -> None:
    scripted = answering(lost(), lost(), reply(PROJECT))

    assert (await read_project(scripted.api)).id == "proj_1"


@pytest.mark.parametrize("lost", LOST)
async def test_lost_read_gives_up_after_three(answering: Answering, lost: Callable[[], Any]) -> None:
    scripted = answering(lost(), lost(), lost(), reply(PROJECT))

    with pytest.raises(AdminAPIUnclear):
        await read_project(scripted.api)

    assert len(scripted.wire.sent) == 3


async def test_unreachable_openai_is_told_from_a_cut_off_call(answering: Answering) -> None:
    with pytest.raises(AdminAPIUnclear, match="nothing was sent"):
        await create_project(answering(httpx.ConnectError("refused")).api)
    with pytest.raises(AdminAPIUnclear, match="cut off"):
        await create_project(answering(httpx.ReadError("reset")).api)


async def test_hurried_read_is_not_tried_again_beyond_its_patience(answering: Answering, watch: Stopwatch) -> None:
    scripted = answering(reply({}, 500), reply({}, 500), reply(PROJECT))

    with pytest.raises(AdminAPIUnclear):
        await read_project(scripted.api.with_patience(0.4))

    assert len(scripted.wire.sent) == 1


async def test_throttled_write_is_not_repeated_and_says_when(answering: Answering) -> None:
    scripted = answering(reply({"error": {"message": "slow down"}}, 429, retry_after="7"))

    with pytest.raises(AdminAPIThrottled, match="slow down") as throttled:
        await create_project(scripted.api)

    assert throttled.value.retry_after == 7
    assert len(scripted.wire.sent) == 1


async def test_throttled_write_without_retry_after_says_a_minute(answering: Answering) -> None:
    with pytest.raises(AdminAPIThrottled) as throttled:
        await create_project(answering(reply({}, 429)).api)

    assert throttled.value.retry_after == 60


async def test_throttled_read_waits_and_comes_back(answering: Answering, watch: Stopwatch) -> None:
    scripted = answering(reply({}, 429, retry_after="30"), reply(PROJECT))
    began = watch.now

    assert (await read_project(scripted.api)).id == "proj_1"
    assert watch.now - began == pytest.approx(30)


async def test_throttled_read_of_the_hurried_fails_at_once(answering: Answering, watch: Stopwatch) -> None:
    scripted = answering(reply({}, 429), reply(PROJECT))
    began = watch.now

    with pytest.raises(AdminAPIThrottled) as throttled:
        await read_project(scripted.api.with_patience(2))

    assert throttled.value.retry_after == pytest.approx(60)
    assert watch.now == began
    assert len(scripted.wire.sent) == 1


async def test_every_call_is_reported_with_its_endpoint(answering: Answering, watch: Stopwatch) -> None:
    seen: list[tuple[str, str, int | None]] = []
    scripted = answering(
        reply({}, 429),
        reply(PROJECT),
        httpx.ReadError("reset"),
        on_call=lambda method, template, status, seconds: seen.append((method, template, status)),
    )

    await read_project(scripted.api)
    with pytest.raises(AdminAPIError):
        await create_project(scripted.api)

    assert seen == [
        ("GET", "/organization/projects/{project_id}", 429),
        ("GET", "/organization/projects/{project_id}", 200),
        ("POST", "/organization/projects", None),
    ]
