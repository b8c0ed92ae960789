"""OpenAI away while a request is carried out: it is kept and tried again, its people are told once, and it is done."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from sandbox.scenario.company import address
from tests.faults.haste import hurry
from tests.support.installation import Installation, installed, running


@pytest.fixture(name="acme")
async def _acme(database_url: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Installation]:
    hurry(monkeypatch)
    async with installed(database_url, "socket") as acme, running(acme):
        yield acme


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param({"fault": "server_error", "status": 503}, id="503"),
        pytest.param({"fault": "cut", "when": "before_commit"}, id="cut-before-the-effect"),
        pytest.param({"fault": "cut", "when": "after_commit", "method": "POST"}, id="cut-after-the-effect"),
        pytest.param({"fault": "server_error", "when": "after_commit", "method": "POST"}, id="500-after-the-effect"),
        pytest.param({"fault": "rate_limited", "retry_after": 1}, id="429"),
    ],
)
async def test_a_request_outlives_openai_being_away(acme: Installation, fault: Mapping[str, Any]) -> None:
    answer = await acme.hands.ask(
        "dana",
        "new",
        name="voice-notes",
        environment="sandbox",
        purpose="Turn voice notes into tickets.",
        owners=[address("lena")],
        monthly_limit="150",
    )
    assert answer["ok"], answer
    await acme.hands.buttons("olivia", "requests")
    await acme.fault("openai", count=None, **fault)
    await acme.hands.approve("olivia", "requests")
    await acme.told("dana", "not confirmed")
    await acme.fault("openai", clear=True)

    card = await acme.card("requests", "voice-notes", "Done")
    await acme.told("dana", "is done")
    (project_id,) = await acme.projects("voice-notes")
    told = [each["text"] for each in await acme.hands.messages("dana", "bot")]
    thread = [each["text"] for each in await acme.hands.messages("lena", "requests", card["ts"])]
    assert await acme.limit(project_id) == 150_00
    assert sum("not confirmed" in each for each in told) == 1
    assert sum("not confirmed" in each for each in thread) == 1
    trail = await acme.trail()
    assert trail.count("claimed") == trail.count("succeeded") == 1
    assert trail.count("cut_off") == trail.count("looked") >= 1
