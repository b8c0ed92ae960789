"""Usage of two days comes hour by hour, whatever page it stands on and however oddly it is written."""

from datetime import UTC, datetime, timedelta

import httpx

from sandbox.openai.usage.endpoints import usage_endpoints
from tests.workflows.admin_api.rig import Answering, Sandbox
from workflows.admin_api import AdminAPI, TokenUse

NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


async def test_tokens_of_all_projects_come_by_hour_and_model(api: AdminAPI, sandbox: Sandbox) -> None:
    alpha = await api.create_project("alpha")
    now = datetime.fromtimestamp(sandbox.organization.clock.time(), UTC)
    hour, before = (
        (now - span).replace(minute=0, second=0, microsecond=0) for span in (timedelta(), timedelta(hours=30))
    )
    counts = {"input_tokens": 10, "input_cached_tokens": 4, "output_tokens": 3, "num_model_requests": 1}
    labels: dict[str, str | bool | None] = {"project_id": alpha.id, "model": "gpt-5", "batch": True}
    book, endpoints = sandbox.organization.usage.add, usage_endpoints()
    book(endpoints["completions"], int(before.timestamp()), labels, counts)
    book(endpoints["embeddings"], int(hour.timestamp()), {"model": "text-embedding-3-small"}, {"input_tokens": 5})

    found = await api.token_use(now - timedelta(hours=40, minutes=5), now)

    assert found == [
        TokenUse(hour=before, project_id=alpha.id, model="gpt-5", fresh=6, cached=4, output=3, batch=True),
        TokenUse(hour=hour, project_id=None, model="text-embedding-3-small", fresh=5, cached=0, output=0),
    ]
    assert len(await sandbox.calls("GET", "/v1/organization/usage/completions")) == 2


async def test_odd_numbers_are_read_as_what_they_can_mean(answering: Answering) -> None:
    results = [
        {
            "model": "gpt-5",
            "project_id": "proj_1",
            "input_tokens": "7",
            "input_cached_tokens": 9,
            "output_tokens": None,
        },
        {"input_tokens": -5, "batch": None},
    ]
    bucket = {"start_time": int(NINE.timestamp()), "results": results}
    full = httpx.Response(200, json={"object": "page", "data": [bucket], "has_more": False, "next_page": None})
    empty = httpx.Response(200, json={"object": "page", "data": [], "has_more": False, "next_page": None})
    scripted = answering(full, empty)

    found = await scripted.api.token_use(NINE, NINE + timedelta(minutes=30))

    assert found == [
        TokenUse(hour=NINE, project_id="proj_1", model="gpt-5", fresh=0, cached=7, output=0),
        TokenUse(hour=NINE, project_id=None, model=None, fresh=0, cached=0, output=0),
    ]
    assert scripted.wire.sent[0].url.params.get_list("group_by[]") == ["project_id", "model", "batch"]
