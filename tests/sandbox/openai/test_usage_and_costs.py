"""Usage, priced, is what costs say: whatever is grouped by, however pages are cut, before and after a restart."""

import asyncio
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.openai import Organization, create_app
from sandbox.openai.metering import Used
from sandbox.openai.prices import TOKENS
from sandbox.openai.usage.endpoints import TOKENS as COUNTS
from sandbox.openai.usage.endpoints import usage_endpoints
from tests.support.openapi import Description, Judged

NOW = 1_795_000_000  # 2026-11-18T11:06:40Z
DAY = 86_400
START = NOW - 12 * DAY
COST_GROUPS = ("project_id", "line_item", "api_key_id", "api_source")
USAGE_GROUPS = ("project_id", "user_id", "api_key_id", "service_tier", "batch")
CALLS = st.lists(
    st.tuples(
        st.integers(0, 2),  # project
        st.sampled_from(sorted(TOKENS)),
        st.sampled_from(["key_1", "key_2"]),
        st.integers(0, 12 * DAY),  # seconds ago
        st.integers(0, 2_000_000),  # input tokens
        st.integers(0, 100),  # per cent of them cached
        st.integers(0, 200_000),  # output tokens
    ),
    max_size=20,
)


def metered(calls: list[tuple[int, str, str, int, int, int, int]], data: Path | None = None) -> Organization:
    organization = Organization(data=data)
    organization.clock.set(NOW)
    projects = [organization.add_project(name=f"p{number}").id for number in range(3)]
    for project, model, key, ago, tokens, share, out in calls:
        labels = {"project_id": projects[project], "model": model, "api_key_id": key, "user_id": f"user of {key}"}
        counts = dict(zip(COUNTS, (tokens, tokens * share // 100, out, 1), strict=True))
        endpoint = usage_endpoints()["completions"]
        organization.meter.record(Used(endpoint=endpoint, at=NOW - ago, labels=labels, counts=counts))
    return organization


async def ask(organization: Organization, path: str, **query: Any) -> list[dict[str, Any]]:
    """Every result of every page, judged; numbers are decimals."""
    judge = Judged(create_app(organization), Description.published())
    headers = {"Authorization": f"Bearer {organization.admin_key}"}
    base_url, found = "http://127.0.0.1/v1/organization", []
    async with httpx.AsyncClient(transport=httpx.ASGITransport(judge), base_url=base_url, headers=headers) as api:
        while True:
            answer = (await api.get(path, params={"start_time": START, **query})).raise_for_status()
            page = json.loads(answer.content, parse_float=Decimal)
            found += [result for bucket in page["data"] for result in bucket["results"]]
            if not page["has_more"]:
                break
            query["page"] = page["next_page"]
    judge.verdict()
    return found


def priced(results: list[dict[str, Any]]) -> Decimal:
    """Price usage by the table, in dollars."""
    total = 0
    for each in results:
        fresh, cached, out = TOKENS[each["model"]]
        total += each["input_uncached_tokens"] * fresh + each["input_cached_tokens"] * cached
        total += each["output_tokens"] * out
    return Decimal(total) / 10**9


@settings(max_examples=25, deadline=None)
@given(
    calls=CALLS,
    cost_groups=st.sets(st.sampled_from(COST_GROUPS)),
    usage_groups=st.sets(st.sampled_from(USAGE_GROUPS)),
    width=st.sampled_from(["1h", "1d"]),
    limit=st.integers(1, 31),
)
def test_usage_priced_is_costs(
    calls: list[tuple[int, str, str, int, int, int, int]],
    cost_groups: set[str],
    usage_groups: set[str],
    width: str,
    limit: int,
) -> None:
    organization = metered(calls)
    groups = ["model", *sorted(usage_groups)]

    costs = asyncio.run(ask(organization, "/costs", group_by=sorted(cost_groups), limit=limit))
    usage = asyncio.run(ask(organization, "/usage/completions", group_by=groups, bucket_width=width, limit=limit))

    assert priced(usage) == sum(each["amount"]["value"] for each in costs)
    assert sum(each["num_model_requests"] for each in usage) == len(calls)


@settings(max_examples=15, deadline=None)
@given(calls=CALLS)
def test_quantity_of_a_line_is_the_tokens_used(calls: list[tuple[int, str, str, int, int, int, int]]) -> None:
    organization = metered(calls)

    lines = asyncio.run(ask(organization, "/costs", group_by="line_item"))
    usage = asyncio.run(ask(organization, "/usage/completions"))

    told = sum(each["quantity"] for each in lines)
    assert told == sum(each["input_tokens"] + each["output_tokens"] for each in usage)


CALL = (1, "gpt-5", "key_1", 3_600, 1_000, 10, 100)


def test_costs_come_by_user_but_not_by_user_and_project() -> None:
    organization = metered([CALL])

    (result,) = asyncio.run(ask(organization, "/costs", group_by="user_id"))

    assert (result["user_id"], result["project_id"]) == ("user of key_1", None)
    for query in ({"group_by": ["user_id", "project_id"]}, {"group_by": "user_id", "project_ids": "p"}):
        assert asyncio.run(_status(organization, query)) == 400


async def _status(organization: Organization, query: dict[str, Any]) -> int:
    transport = httpx.ASGITransport(create_app(organization))
    headers = {"Authorization": f"Bearer {organization.admin_key}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as http:
        return (await http.get("/v1/organization/costs", params={"start_time": START, **query})).status_code


def test_usage_and_costs_survive_a_restart(tmp_path: Path) -> None:
    organization = metered([CALL, CALL, (0, "o3", "key_2", 5 * DAY, 77, 0, 5)], tmp_path)
    questions: list[tuple[str, dict[str, Any]]] = [
        ("/costs", {"group_by": ["project_id", "line_item"]}),
        ("/usage/completions", {"group_by": ["project_id", "model", "api_key_id"], "bucket_width": "1h", "limit": 168}),
    ]
    before = [asyncio.run(ask(organization, path, **query)) for path, query in questions]
    organization.close()

    again = Organization(data=tmp_path)
    again.close()  # it can still be read

    assert [asyncio.run(ask(again, path, **query)) for path, query in questions] == before
    assert before[0]


def test_what_is_drawn_follows_what_is_taken_back() -> None:
    organization = metered([CALL])
    before = asyncio.run(ask(organization, "/costs"))
    used = Used(
        endpoint=usage_endpoints()["code_interpreter_sessions"], at=NOW - 3_600, labels={}, counts={"num_sessions": 9}
    )

    def fail_half_way() -> None:
        with organization.store.transaction():
            organization.meter.record(used)
            assert asyncio.run(ask(organization, "/costs")) != before
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert asyncio.run(ask(organization, "/costs")) == before
    assert asyncio.run(ask(organization, "/usage/code_interpreter_sessions")) == []
