"""A key by hand: asked for in Slack, approved, taken in the dialog, used by OpenAI's client until it must not be."""

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import openai
import pytest

from sandbox.scenario.hands import eventually
from tests.journeys.conftest import EACH_ONCE
from tests.support.installation import Installation

pytestmark = EACH_ONCE
ALLOWED, FORBIDDEN = "gpt-5-mini", "gpt-5.1"
KEY = re.compile(r"sk-svcacct-[\w-]+")


async def taken(acme: Installation, **values: Any) -> str:
    """Have Dana ask for a key to prompt-lab, Lena approve it and Dana take it; returns what the dialog shows."""
    asked = {"project": "prompt-lab", "service_account": "notes-bot", "reason": "Reads the notes."}
    answer = await acme.hands.ask("dana", "key", **asked | values)
    assert answer["ok"], answer
    await acme.hands.approve("lena", "requests")
    card = await acme.card("requests", "Key for notes-bot", "Done")
    place = acme.hands.channels["requests"]
    await acme.hands.post("/action", user=acme.hands.users["dana"], channel=place, ts=card["ts"], action_id="claim")
    return await eventually(lambda: _shown(acme), "No key was shown.")


async def _shown(acme: Installation) -> str | None:
    view = (await acme.hands.get("/view", user=acme.hands.users["dana"]))["view"]
    found = KEY.search(str(view))
    return found[0] if found else None


@asynccontextmanager
async def client(acme: Installation, key: str) -> AsyncIterator[openai.AsyncOpenAI]:
    """Yield the official client as the dialog says to make it."""
    async with openai.AsyncOpenAI(api_key=key, base_url=f"{acme.openai_url}/v1", max_retries=0) as made:
        yield made


async def answer(acme: Installation, key: str, model: str = ALLOWED) -> str:
    async with client(acme, key) as made:
        reply = await made.responses.create(model=model, input="Hello")
    return str(reply.output_text)


async def refusal(acme: Installation, key: str, model: str = ALLOWED) -> tuple[int, str | None]:
    """Return the status and OpenAI's code of a call that must not go through."""
    with pytest.raises(openai.APIStatusError) as refused:
        await answer(acme, key, model)
    return refused.value.status_code, refused.value.code


async def project(acme: Installation) -> str:
    (found,) = await acme.projects("prompt-lab")
    return found


async def administered(acme: Installation, method: str, path: str, body: Mapping[str, Any] | None = None) -> None:
    headers = {"Authorization": f"Bearer {acme.organization.admin_key}"}
    url = f"{acme.openai_url}/v1/organization/projects/{await project(acme)}{path}"
    (await acme.http.request(method, url, json=body, headers=headers)).raise_for_status()


async def test_the_key_of_the_dialog_works_and_the_thread_hears_of_its_first_use(acme: Installation) -> None:
    key = await taken(acme)

    assert await answer(acme, key)
    card = await acme.card("requests", "Key for notes-bot", "Done")

    async def noted() -> bool | None:
        thread = await acme.hands.messages("lena", "requests", card["ts"])
        return any("first time" in each["text"] for each in thread) or None

    assert await eventually(noted, "The thread never heard of the first use.", 90)


async def test_a_model_outside_the_projects_list_is_refused(acme: Installation) -> None:
    assert await refusal(acme, await taken(acme), FORBIDDEN) == (403, "model_not_found")


async def test_an_archived_project_is_refused(acme: Installation) -> None:
    key = await taken(acme)
    await administered(acme, "POST", "/archive")

    status, _ = await refusal(acme, key)
    assert status == 401


async def test_a_key_that_its_requester_reports_as_leaked_ends_at_once(acme: Installation) -> None:
    key = await taken(acme)
    (key_id,) = [each["id"] for each in await keys(acme) if "notes-bot" in each["name"]]
    reported = await acme.hands.ask("dana", "revoke", project="prompt-lab", key=key_id, reason="It is on a screenshot.")
    assert reported["ok"], reported
    await acme.card("requests", "Revoke", "Done")

    assert await refusal(acme, key) == (401, "invalid_api_key")
    assert "notes-bot" in await acme.told("lena", "Dana Diaz")


async def keys(acme: Installation) -> list[dict[str, Any]]:
    headers = {"Authorization": f"Bearer {acme.organization.admin_key}"}
    url = f"{acme.openai_url}/v1/organization/projects/{await project(acme)}/api_keys"
    body = (await acme.http.get(url, headers=headers)).raise_for_status().json()
    return list(body["data"])


async def test_a_rate_limit_that_was_approved_is_kept_to(acme: Installation) -> None:
    key = await taken(acme)
    limited = await acme.hands.ask(
        "dana", "limit", project="prompt-lab", model=ALLOWED, requests_per_minute="1", reason="Only tries."
    )
    assert limited["ok"], limited
    await acme.hands.approve("lena", "requests")
    await acme.card("requests", "imit", "Done")
    await answer(acme, key)

    assert await refusal(acme, key) == (429, "rate_limit_exceeded")


async def test_a_spent_limit_stops_the_project_a_little_late(acme: Installation) -> None:
    key = await taken(acme)
    await acme.http.post(f"{acme.openai_url}/_sandbox/enforcement", json={"lag_seconds": 0})
    await administered(acme, "POST", "/spend_limit", {"threshold_amount": 1, "currency": "USD", "interval": "month"})

    status, code = await refusal(acme, key)
    assert (status, code) == (429, "project_spend_limit_exceeded")
