"""A bot asked to stop (SIGTERM) while it carries something out: it ends in time, and nothing is lost or done twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.scenario.company import address
from sandbox.scenario.hands import eventually
from tests.faults.moments import LATER, Template
from tests.support.doomed.nursery import Nursery
from tests.support.doomed.order import Order
from tests.support.installation import Installation, Transport
from tests.support.process import Process

DRAIN = 10.0
"""Seconds that a bot takes at most to finish what is under way."""


@pytest.fixture(name="transport")
def _transport(engine: str) -> Transport:
    """Each way in is tried on one of the databases: a start and a stop of real processes take their time."""
    return "socket" if engine == "sqlite" else "http"


@pytest.fixture(name="database_url")
def _database_url(template: Template, tmp_path: Path) -> Iterator[str]:
    with template.fresh(tmp_path) as url:
        yield url


async def _begun(acme: Installation, delay: float) -> Process:
    """Return a running bot in the middle of making a project: OpenAI's answer takes *delay* seconds."""
    bot = await Process(acme, "run").start()
    if acme.transport == "http":
        acme.workspace.request_url = acme.events_url
    answer = await acme.hands.ask(
        "dana",
        "new",
        name="voice-notes",
        environment="sandbox",
        purpose="Turn voice notes into tickets.",
        owners=[address("lena")],
    )
    assert answer["ok"], answer
    await acme.fault(
        "openai", fault="delay", when="after_commit", method="POST", path="/organization/projects", seconds=delay
    )
    await acme.hands.approve("olivia", "requests")
    await eventually(lambda: _waits(acme), "The bot does not make the project.")
    return bot


async def _waits(acme: Installation) -> bool | None:
    calls = (await acme.http.get(f"{acme.openai_url}/_sandbox/calls")).json()["calls"]
    return any(each["method"] == "POST" and each["status"] is None for each in calls) or None


async def _is_done_once(acme: Installation) -> None:
    await acme.card("requests", "voice-notes", "Done")
    await acme.told("dana", "is done")
    told = [each["text"] for each in await acme.hands.messages("dana", "bot")]
    trail = await acme.trail()
    assert len(await acme.projects("voice-notes")) == 1
    assert len(told) == len(set(told)), told
    assert trail.count("claimed") == trail.count("succeeded") == 1


async def test_what_can_be_finished_in_time_is_finished(acme: Installation) -> None:
    bot = await _begun(acme, delay=1.0)

    assert await bot.stop() == 0

    assert (await acme.trail()).count("succeeded") == 1
    again = await Process(acme, "run").start()
    await _is_done_once(acme)
    assert await again.stop() == 0


async def test_what_takes_too_long_is_left_to_the_next_bot(acme: Installation, nursery: Nursery) -> None:
    bot = await _begun(acme, delay=DRAIN + 20)

    assert await bot.stop() == 0

    assert "succeeded" not in await acme.trail()
    environment = {key: value for key, value in acme.environment.items() if key not in ("PORT", "SLACK_APP_TOKEN")}
    async with acme.database() as database, database.read() as work:
        (entry,) = [each async for each in work.audit_entries() if each.action == "opened"]
    order = Order(name="next", environment=environment, request=entry.request_id, later=LATER)
    assert (await nursery.run(order))[0] == 0
    await _is_done_once(acme)
