"""Costs add up to what was spent, whatever the grouping and the paging."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.openai import Organization, create_app
from tests.support.openapi import Description, Judged

NOW = 1_795_000_000  # 2026-11-18T11:06:40Z
TODAY = datetime.fromtimestamp(NOW, UTC).date()
DAY = 86_400
GROUPS = ("project_id", "line_item", "api_key_id")


def start_of(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())


async def pages(api: httpx.AsyncClient, **query: Any) -> AsyncIterator[dict[str, Any]]:
    """Every page, its numbers read as decimals as a careful client does."""
    answer = await api.get("/costs", params=query)
    page = json.loads(answer.raise_for_status().content, parse_float=Decimal, parse_int=Decimal)
    yield page
    while page["has_more"]:
        answer = await api.get("/costs", params={**query, "page": page["next_page"]})
        page = json.loads(answer.raise_for_status().content, parse_float=Decimal, parse_int=Decimal)
        yield page


async def results(api: httpx.AsyncClient, **query: Any) -> list[dict[str, Any]]:
    return [result async for page in pages(api, **query) for bucket in page["data"] for result in bucket["results"]]


@pytest.fixture
async def spending(organization: Organization) -> dict[str, str]:
    """Two projects: QA spends 1.25 and 0.75 today by two keys, Live spends 10 on each of ten days."""
    organization.clock.set(NOW)
    qa, live = organization.add_project(name="QA"), organization.add_project(name="Live")
    organization.add_spend(qa.id, Decimal("1.25"), "gpt-5, input_tokens", TODAY, api_key_id="key_1")
    organization.add_spend(qa.id, Decimal("0.75"), "gpt-5, output_tokens", TODAY, api_key_id="key_2")
    for days in range(10):
        organization.add_spend(live.id, Decimal(10), "o3", TODAY - timedelta(days=days))
    return {"qa": qa.id, "live": live.id}


async def test_fields_are_null_unless_grouped_by(api: httpx.AsyncClient, spending: dict[str, str]) -> None:
    (result,) = await results(api, start_time=start_of(TODAY))

    assert result["amount"] == {"value": Decimal("12.0"), "currency": "usd"}
    assert [result[name] for name in GROUPS] == [None, None, None]


@pytest.mark.parametrize("suffix", ["", "[]"])
async def test_arrays_are_taken_with_and_without_brackets(
    api: httpx.AsyncClient, spending: dict[str, str], suffix: str
) -> None:
    query = {f"project_ids{suffix}": [spending["qa"], "proj_none"], f"group_by{suffix}": ["line_item", "project_id"]}

    found = await results(api, start_time=start_of(TODAY), **query)

    assert {(each["project_id"], each["line_item"], each["amount"]["value"]) for each in found} == {
        (spending["qa"], "gpt-5, input_tokens", Decimal("1.25")),
        (spending["qa"], "gpt-5, output_tokens", Decimal("0.75")),
    }


async def test_costs_of_one_key_are_found(api: httpx.AsyncClient, spending: dict[str, str]) -> None:
    (result,) = await results(api, start_time=start_of(TODAY), api_key_ids="key_2", group_by="api_key_id")

    assert (result["api_key_id"], result["amount"]["value"]) == ("key_2", Decimal("0.75"))


async def test_buckets_are_utc_days_even_without_costs(api: httpx.AsyncClient, spending: dict[str, str]) -> None:
    first = start_of(TODAY - timedelta(days=12))

    found = [page async for page in pages(api, start_time=first, end_time=first + 3 * DAY)]

    (page,) = found
    assert [bucket["start_time"] for bucket in page["data"]] == [first, first + DAY, first + 2 * DAY]
    assert [len(bucket["results"]) for bucket in page["data"]] == [0, 0, 0]


async def test_seven_days_are_a_page_and_none_lies_in_the_future(
    api: httpx.AsyncClient, spending: dict[str, str]
) -> None:
    found = [page async for page in pages(api, start_time=start_of(TODAY - timedelta(days=9)), end_time=NOW + 99 * DAY)]

    assert [len(page["data"]) for page in found] == [7, 3]
    assert found[-1]["data"][-1]["start_time"] == start_of(TODAY)
    assert found[-1]["next_page"] is None


async def test_unattributed_costs_are_in_the_total(
    api: httpx.AsyncClient, organization: Organization, spending: dict[str, str]
) -> None:
    organization.add_spend(None, Decimal("-3.5"), "credit", TODAY)

    grouped = await results(api, start_time=start_of(TODAY), group_by="project_id")

    assert {each["project_id"]: each["amount"]["value"] for each in grouped} == {
        spending["qa"]: Decimal("2.0"),
        spending["live"]: Decimal("10.0"),
        None: Decimal("-3.5"),
    }


async def test_costs_outlive_the_project(api: httpx.AsyncClient, spending: dict[str, str]) -> None:
    await api.post(f"/projects/{spending['live']}/archive")

    found = await results(api, start_time=start_of(TODAY - timedelta(days=9)), project_ids=spending["live"], limit=180)

    assert sum(each["amount"]["value"] for each in found) == 100


@pytest.mark.usefixtures("wrong_on_purpose")
@pytest.mark.parametrize(
    ("query", "param"),
    [
        ({}, "start_time"),
        ({"start_time": "yesterday"}, "start_time"),
        ({"start_time": NOW, "bucket_width": "1h"}, "bucket_width"),
        ({"start_time": NOW, "limit": 181}, "limit"),
        ({"start_time": NOW, "group_by": "model"}, "group_by[0]"),
        ({"start_time": NOW, "end_time": NOW - 1}, "end_time"),
        ({"start_time": NOW, "page": "page_bm9uZQ=="}, "page"),
        ({"start_time": NOW, "page": "ß"}, "page"),
        ({"start_time": NOW, "currency": "usd"}, "currency"),
    ],
)
async def test_question_that_makes_no_sense_is_refused(
    api: httpx.AsyncClient, query: dict[str, object], param: str
) -> None:
    answer = await api.get("/costs", params={key: str(value) for key, value in query.items()})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


CHARGES = st.lists(
    st.tuples(
        st.integers(0, 3),  # project
        st.integers(-5_000, 10_000_000),  # cents
        st.sampled_from(["gpt-5, input_tokens", "o3", "web search"]),
        st.integers(0, 40),  # days ago
        st.sampled_from([None, "key_1", "key_2"]),
    ),
    max_size=25,
)


@settings(max_examples=40, deadline=None)
@given(charges=CHARGES, group_by=st.sets(st.sampled_from(GROUPS)), limit=st.integers(1, 45))
def test_cents_in_are_decimal_dollars_out(
    charges: list[tuple[int, int, str, int, str | None]], group_by: set[str], limit: int
) -> None:
    organization = Organization()
    organization.clock.set(NOW)
    projects = [organization.add_project(name=f"p{number}").id for number in range(3)]
    for project, cents, line_item, days, key in charges:
        project_id = projects[project] if project < len(projects) else None
        day = TODAY - timedelta(days=days)
        organization.add_spend(project_id, Decimal(cents) / 100, line_item, day, api_key_id=key)

    found = asyncio.run(_ask(organization, sorted(group_by), limit))

    assert sum(each["amount"]["value"] for each in found) == Decimal(sum(charge[1] for charge in charges)) / 100


async def _ask(organization: Organization, group_by: list[str], limit: int) -> list[dict[str, Any]]:
    judge = Judged(create_app(organization), Description.published())
    headers = {"Authorization": f"Bearer {organization.admin_key}"}
    transport = httpx.ASGITransport(judge)
    base_url = "http://127.0.0.1/v1/organization"
    async with httpx.AsyncClient(transport=transport, base_url=base_url, headers=headers) as api:
        start = start_of(TODAY - timedelta(days=40))
        found = await results(api, start_time=start, group_by=group_by, limit=limit)
    judge.verdict()
    return found
