"""Costs as nobody would write them on purpose, counted as far as they are dollars: texts, credits, euros, nonsense."""

import itertools
from collections.abc import Mapping
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from tests.support.clock import Clock
from tests.support.people import People
from workflows.admin_api import AdminAPI, Limiter
from workflows.budgets import Budgets
from workflows.errors import AdminAPIError
from workflows.money import NANOS
from workflows.organization import Organization
from workflows.policy import load_policy
from workflows.prices import load_prices
from workflows.store import Database


def answering(results: list[Mapping[str, Any]], clock: Clock, database: Database) -> Budgets:
    """Return the part over an OpenAI whose costs of today are these."""
    midnight = int(clock().replace(hour=0, minute=0).timestamp())

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/costs"):
            return httpx.Response(200, json={"data": [{"start_time": midnight, "results": results}], "has_more": False})
        return httpx.Response(404, json={"error": {"message": "no such thing"}})

    limiter = Limiter(monotonic=itertools.count(0, 3600).__next__)
    api = AdminAPI(
        base_url="http://openai.example/v1",
        admin_key=SecretStr("sk-admin-test"),
        transport=httpx.MockTransport(answer),
        limiter=limiter,
    )
    organization = Organization(api=api, database=database, now=clock)
    return Budgets(
        api=api,
        organization=organization,
        directory=lambda _workspace: People(),
        database=database,
        alerts=lambda: load_policy(None).alerts,
        prices=load_prices(None),
        now=clock,
    )


def cost(value: object, project_id: str | None = "proj_1", currency: str = "usd", **more: Any) -> Mapping[str, Any]:
    return {"amount": {"value": value, "currency": currency}, "project_id": project_id, "line_item": "gpt-5", **more}


@pytest.mark.parametrize(
    ("results", "cents"),
    [
        pytest.param([cost("12.50")], {"proj_1": 12_50}, id="a string"),
        pytest.param([cost(5), cost(-2)], {"proj_1": 3_00}, id="a credit"),
        pytest.param([cost(5), cost(5)], {"proj_1": 10_00}, id="one line item twice in a day"),
        pytest.param([cost(5), cost(2, None)], {"proj_1": 5_00, "": 2_00}, id="no project"),
        pytest.param([cost(5), cost(9, "proj_2", "eur")], {"proj_1": 5_00}, id="euros"),
        pytest.param([cost(5), cost("1e30", "proj_2")], {"proj_1": 5_00}, id="more than there is"),
        pytest.param([cost(0.1), cost(0.2, line_item=None)], {"proj_1": 30}, id="fractions, no line item"),
        pytest.param([], {}, id="nothing"),
    ],
)
async def test_odd_costs_are_counted_as_far_as_they_are_dollars(
    database: Database, clock: Clock, results: list[Mapping[str, Any]], cents: dict[str, int]
) -> None:
    budgets = answering(results, clock, database)

    await budgets.run_due()

    today = clock().date()
    async with database.read() as work:
        spends = {each: sum(days) // NANOS for each, days in (await work.spends(today, today)).items()}
        read = await work.cost_read()
    assert spends == cents
    assert read is not None
    assert ("left out for proj_2" in read.problem) == any("proj_2" in str(each) for each in results)


async def test_what_cannot_be_read_is_no_reading(database: Database, clock: Clock) -> None:
    budgets = answering([cost("many")], clock, database)

    with pytest.raises(AdminAPIError):
        await budgets.collect()

    async with database.read() as work:
        assert await work.cost_read() is None
