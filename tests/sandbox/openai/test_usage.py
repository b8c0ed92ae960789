"""Every usage endpoint counts what was used, in buckets of each width, filtered and grouped."""

import math
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import Any

import httpx
import openai
import pytest

from sandbox.openai import Organization
from sandbox.openai.usage.endpoints import usage_endpoints
from tests.sandbox.openai.calling import KINDS, Client, calling, issue

NOW = 1_795_000_000  # 2026-11-18T11:06:40Z
DAY = 86_400
TODAY = NOW // DAY * DAY
POSTS: dict[str, tuple[dict[str, Any], dict[str, int], str]] = {
    # Endpoint: labels, counts, what they cost in dollars.
    "completions": (
        {"model": "gpt-5", "user_id": "user-1", "api_key_id": "key_1", "batch": False, "service_tier": "default"},
        {"input_tokens": 1_000, "input_cached_tokens": 400, "output_tokens": 100, "num_model_requests": 2},
        "0.0018",
    ),
    "decisions": ({"model": "gpt-5-nano", "batch": True}, {"input_tokens": 1_000_000, "output_tokens": 0}, "0.025"),
    "embeddings": ({"model": "text-embedding-3-small"}, {"input_tokens": 1_000_000, "num_model_requests": 1}, "0.02"),
    "moderations": ({"model": "omni-moderation-latest"}, {"input_tokens": 5, "num_model_requests": 1}, "0"),
    "images": (
        {"model": "gpt-image-1", "size": "1024x1024", "source": "image.generation"},
        {"images": 3, "num_model_requests": 1},
        "0.126",
    ),
    "audio_speeches": ({"model": "tts-1"}, {"characters": 1_000, "num_model_requests": 1}, "0.015"),
    "audio_transcriptions": ({"model": "whisper-1"}, {"seconds": 60, "num_model_requests": 1}, "0.006"),
    "vector_stores": ({}, {"usage_bytes": 2**30}, "0.1"),
    "code_interpreter_sessions": ({}, {"num_sessions": 2}, "0.06"),
    "file_search_calls": ({"vector_store_id": "vs_1", "api_key_id": "key_1"}, {"num_requests": 4}, "0.01"),
    "web_search_calls": (
        {"model": "gpt-5", "context_level": "high"},
        {"num_requests": 5, "num_model_requests": 1},
        "0.05",
    ),
}


@pytest.fixture
def project(organization: Organization) -> str:
    organization.clock.set(NOW)
    return organization.add_project(name="QA").id


@pytest.fixture(params=KINDS)
async def admin(request: pytest.FixtureRequest, address: str, organization: Organization) -> AsyncIterator[Client]:
    async with calling(address, "sk-none", request.param, admin_api_key=organization.admin_key) as client:
        yield client


async def post(sandbox: httpx.AsyncClient, endpoint: str, project: str | None, **more: Any) -> httpx.Response:
    labels, counts, _ = POSTS[endpoint]
    body = {"endpoint": endpoint, "labels": {"project_id": project, **labels}, "counts": counts}
    return await sandbox.post("/usage", json=body | more)


async def results(api: httpx.AsyncClient, endpoint: str, **query: Any) -> list[dict[str, Any]]:
    asked = {"start_time": TODAY, **query}
    found = []
    while True:
        page = (await api.get(f"/usage/{endpoint}", params=asked)).raise_for_status().json()
        found += [result for bucket in page["data"] for result in bucket["results"]]
        if not page["has_more"]:
            return found
        asked["page"] = page["next_page"]


@pytest.mark.parametrize("endpoint", POSTS)
async def test_official_sdk_reads_what_was_used(
    admin: Client, sandbox: httpx.AsyncClient, project: str, endpoint: str
) -> None:
    labels, counts, _ = POSTS[endpoint]
    await post(sandbox, endpoint, project)
    groups = list(usage_endpoints()[endpoint].labels)

    page = await admin(f"admin.organization.usage.{endpoint}", start_time=TODAY, group_by=groups, limit=3)

    (bucket,) = page.data
    (result,) = bucket.results
    told = result.model_dump()
    assert {name: told[name] for name in {**labels, **counts}} == {**labels, **counts}
    assert result.object == f"organization.usage.{usage_endpoints()[endpoint].result}.result"
    assert (told["project_id"], bucket.start_time, page.has_more) == (project, TODAY, False)


@pytest.mark.parametrize("endpoint", POSTS)
async def test_usage_is_charged_at_the_listed_price(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, project: str, endpoint: str
) -> None:
    told = (await post(sandbox, endpoint, project)).raise_for_status().json()

    page = (await api.get("/costs", params={"start_time": TODAY, "project_ids": project})).json()

    charged = [Decimal(str(result["amount"]["value"])) for result in page["data"][0]["results"]]
    assert sum(charged) == Decimal(POSTS[endpoint][2]) == Decimal(str(told["amount"]))


@pytest.mark.parametrize("endpoint", POSTS)
async def test_labels_are_null_unless_grouped_by_and_filters_keep_their_own(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, project: str, endpoint: str
) -> None:
    other = organization.add_project(name="Other").id
    for each in (project, other):
        (await post(sandbox, endpoint, each)).raise_for_status()
    counted = usage_endpoints()[endpoint].counts[0]

    (all_,) = await results(api, endpoint)
    (one,) = await results(api, endpoint, project_ids=other, group_by="project_id")

    assert all_[counted] == 2 * one[counted]
    assert {all_[label] for label in usage_endpoints()[endpoint].labels} == {None}
    assert one["project_id"] == other


@pytest.mark.parametrize("endpoint", POSTS)
async def test_every_filter_of_the_endpoint_sorts_out(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, project: str, endpoint: str
) -> None:
    await post(sandbox, endpoint, project)
    labels = {"project_id": project, **POSTS[endpoint][0]}

    for label, value in labels.items():
        if label in ("batch", "service_tier"):
            continue
        name = f"{label}s"
        other = {"sizes": "256x256", "sources": "image.edit", "context_levels": "low"}.get(name, "none")
        assert await results(api, endpoint, **{name: value}), name
        assert not await results(api, endpoint, **{name: other}), name


async def test_batch_jobs_are_told_apart(api: httpx.AsyncClient, sandbox: httpx.AsyncClient, project: str) -> None:
    labels = {"project_id": project, "model": "gpt-5"}
    for batch, count in ((True, 10), (False, 1)):
        counts = {"input_tokens": count, "output_tokens": 0}
        await post(sandbox, "completions", project, labels={**labels, "batch": batch}, counts=counts)

    (jobs,) = await results(api, "completions", batch="true")
    both = await results(api, "completions", group_by=["batch", "service_tier"])

    assert jobs["input_tokens"] == 10
    assert {each["batch"]: each["input_tokens"] for each in both} == {True: 10, False: 1}


@pytest.mark.parametrize(
    ("width", "seconds", "usual", "most"), [("1m", 60, 60, 1440), ("1h", 3_600, 24, 168), ("1d", DAY, 7, 31)]
)
async def test_pages_have_so_many_buckets_of_the_width(
    api: httpx.AsyncClient, project: str, width: str, seconds: int, usual: int, most: int
) -> None:
    start = NOW - 3 * most * seconds
    for limit, expected in ((None, usual), (most, most)):
        query: dict[str, Any] = {"start_time": start, "bucket_width": width, **({"limit": limit} if limit else {})}
        page = (await api.get("/usage/completions", params=query)).json()
        starts = [bucket["start_time"] for bucket in page["data"]]

        assert starts == list(range(start // seconds * seconds, starts[-1] + 1, seconds))
        assert (len(starts), page["has_more"]) == (expected, True)


@pytest.mark.usefixtures("wrong_on_purpose")
@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({"bucket_width": "1m", "limit": 1441}, "limit"),
        ({"bucket_width": "1h", "limit": 169}, "limit"),
        ({"limit": 32}, "limit"),
        ({"limit": 0}, "limit"),
        ({"group_by": "size"}, "group_by[0]"),
        ({"sizes": "1x1"}, "sizes"),
        ({"end_time": TODAY}, "end_time"),
        ({"page": "page_bm9uZQ=="}, "page"),
        ({"bucket_width": "1w"}, "bucket_width"),
    ],
)
async def test_question_that_makes_no_sense_is_refused(
    api: httpx.AsyncClient, project: str, query: dict[str, Any], param: str
) -> None:
    answer = await api.get("/usage/completions", params={"start_time": TODAY, **query})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


async def test_usage_lies_in_the_bucket_of_its_minute(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, project: str
) -> None:
    for at in (NOW - 3_600, NOW - 59, NOW):
        await post(sandbox, "code_interpreter_sessions", project, at=at)

    found = {}
    for width, seconds in (("1m", 60), ("1h", 3_600), ("1d", DAY)):
        query: dict[str, Any] = {
            "start_time": NOW - 3_600,
            "bucket_width": width,
            "limit": 31 if width == "1d" else 168,
        }
        page = (await api.get("/usage/code_interpreter_sessions", params=query)).json()
        found[width] = [
            (bucket["start_time"], result["num_sessions"]) for bucket in page["data"] for result in bucket["results"]
        ]
        assert all(start % seconds == 0 for start, _ in found[width])

    assert found["1d"] == [(TODAY, 6)]
    assert [count for _, count in found["1h"]] == [2, 4]
    assert [count for _, count in found["1m"]] == [2, 2, 2]


async def test_pages_join_to_the_whole(api: httpx.AsyncClient, sandbox: httpx.AsyncClient, project: str) -> None:
    for days in range(20):
        await post(sandbox, "file_search_calls", project, at=NOW - days * DAY)

    found = await results(api, "file_search_calls", start_time=NOW - 19 * DAY, limit=3)

    assert (len(found), sum(each["num_requests"] for each in found)) == (20, 80)


async def test_answered_call_is_in_usage_and_costs(address: str, admin: Client, organization: Organization) -> None:
    issued = issue(organization)
    async with calling(address, issued.value) as client:
        done = await client.chat("o3")
        await client("embeddings.create", model="text-embedding-3-large", input="Hello")
        await client.chat("o3", stream=True)
        with pytest.raises(openai.NotFoundError):
            await client.chat("gpt-9")
    start = organization.clock.now() - 600

    used = await admin("admin.organization.usage.completions", start_time=start, group_by=["model", "user_id"])
    embedded = await admin("admin.organization.usage.embeddings", start_time=start, api_key_ids=[issued.key.id])
    costs = await admin("admin.organization.usage.costs", start_time=start, group_by=["line_item", "project_id"])

    (result,) = [each for bucket in used.data for each in bucket.results]
    assert (result.model, result.user_id, result.num_model_requests) == ("o3", issued.key.owner_id, 2)
    assert (result.input_tokens, result.output_tokens) == (
        2 * done.usage.prompt_tokens,
        2 * done.usage.completion_tokens,
    )
    assert sum(each.input_tokens for bucket in embedded.data for each in bucket.results) == 1
    lines = {each.line_item: each for bucket in costs.data for each in bucket.results}
    assert set(lines) == {"o3, input_tokens", "o3, output_tokens", "text-embedding-3-large, input_tokens"}
    assert lines["o3, output_tokens"].quantity == result.output_tokens
    assert math.isclose(lines["o3, output_tokens"].amount.value, result.output_tokens * 8e-6)


async def test_usage_outlives_the_clock_and_follows_it(
    address: str, api: httpx.AsyncClient, organization: Organization, project: str
) -> None:
    issued = issue(organization)
    async with calling(address, issued.value) as client:
        await client.chat()
        organization.clock.advance(3 * DAY)
        await client.chat()

    page = (await api.get("/usage/completions", params={"start_time": TODAY, "limit": 31})).json()

    assert [len(bucket["results"]) for bucket in page["data"]] == [1, 0, 0, 1]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"endpoint": "nothing", "counts": {}}, "nothing"),
        ({"endpoint": "images", "counts": {"seconds": 1}}, "seconds"),
        ({"endpoint": "images", "labels": {"batch": True}, "counts": {}}, "batch"),
        ({"endpoint": "images", "labels": {"model": "dall-e-9"}, "counts": {"images": 1}}, "dall-e-9"),
        ({"endpoint": "vector_stores", "counts": {"usage_bytes": -1}}, "between"),
        (
            {"endpoint": "vector_stores", "labels": {"project_id": "proj_none"}, "counts": {"usage_bytes": 1}},
            "proj_none",
        ),
        ({"endpoint": "completions", "counts": {"input_tokens": 1, "input_cached_tokens": 2}}, "cached"),
    ],
)
async def test_usage_that_makes_no_sense_is_refused_by_name(
    sandbox: httpx.AsyncClient, body: dict[str, Any], word: str
) -> None:
    answer = await sandbox.post("/usage", json=body)

    assert answer.status_code == 400
    assert word in answer.json()["error"]["message"]


async def test_list_is_recorded_whole_or_not_at_all(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, project: str
) -> None:
    good = {"endpoint": "vector_stores", "labels": {"project_id": project}, "counts": {"usage_bytes": 2**30}}
    bad = {"endpoint": "images", "labels": {"model": "dall-e-9"}, "counts": {"images": 1}}

    refused = await sandbox.post("/usage", json=[good, bad])
    nothing = await results(api, "vector_stores")
    taken = await sandbox.post("/usage", json=[good, good])

    assert (refused.status_code, nothing) == (400, [])
    assert taken.json() == {"recorded": 2, "amount": 0.2}
    assert [each["usage_bytes"] for each in await results(api, "vector_stores")] == [2 * 2**30]
