"""Objects that OpenAI's documents do not promise: fields absent, of another type, with words nobody knows."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.workflows.admin_api.rig import PROJECT, Answering, create_project, page, read_project, reply
from workflows.admin_api import (
    AdminAPI,
    APIProject,
    APIUser,
    Cost,
    Invite,
    InvitedTo,
    ModelPermissions,
    ProjectUser,
    RateLimit,
    SpendLimit,
)
from workflows.errors import AdminAPIUnclear

BORN = datetime(2024, 3, 26, 17, 32, 13, tzinfo=UTC)


async def november(api: AdminAPI) -> list[Cost]:
    return await api.costs(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))


def bucket(*results: Any) -> dict[str, Any]:
    start = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
    return {"object": "bucket", "start_time": start, "end_time": start + 86400, "results": list(results)}


@pytest.mark.parametrize("status", [200, 201, 202])
async def test_any_success_code_is_success(answering: Answering, status: int) -> None:
    made = await create_project(answering(reply(PROJECT, status)).api)

    assert made == APIProject(id="proj_1", name="alpha", archived=False, created_at=BORN)


@pytest.mark.parametrize(
    ("fields", "archived"),
    [
        ({}, False),
        ({"status": None, "archived_at": None, "name": None}, False),
        ({"status": "paused"}, False),
        ({"status": "archived"}, True),
        ({"archived_at": 1711474399}, True),
        ({"created_at": "1711474333", "surprise": [1, {"x": None}]}, False),
    ],
)
async def test_project_is_read_from_little_and_from_the_unknown(
    answering: Answering, fields: Any, *, archived: bool
) -> None:
    project = await read_project(answering(reply({**PROJECT, **fields})).api)

    assert (project.id, project.archived, project.created_at) == ("proj_1", archived, BORN)


@pytest.mark.parametrize(
    ("method", "item", "value"),
    [
        pytest.param(
            AdminAPI.users,
            {"id": "user-1", "object": "organization.user", "email": "Ada@Example.com", "role": "auditor"},
            APIUser(id="user-1", email="ada@example.com", name="", role="auditor"),
            id="role nobody knows",
        ),
        pytest.param(
            AdminAPI.users,
            {"id": "user-1", "email": None, "name": None, "user": {"email": "ada@example.com", "name": "Ada"}},
            APIUser(id="user-1", email="ada@example.com", name="Ada", role=""),
            id="nested user",
        ),
        pytest.param(
            AdminAPI.invites,
            {"id": "invite-1", "email": "Ada@Example.com", "role": "reader", "status": "bounced"},
            Invite(id="invite-1", email="ada@example.com", role="reader", status="bounced"),
            id="invite without projects",
        ),
        pytest.param(
            AdminAPI.invites,
            {"id": "invite-1", "email": "a@b.c", "status": "pending", "projects": [{"id": "proj_1"}]},
            Invite(
                id="invite-1",
                email="a@b.c",
                role="",
                status="pending",
                projects=(InvitedTo(project_id="proj_1", role=""),),
            ),
            id="promised role missing",
        ),
    ],
)
async def test_list_item_is_read_leniently(answering: Answering, method: Any, item: Any, value: Any) -> None:
    assert await method(answering(page(item)).api) == [value]


async def test_project_user_and_rate_limit_are_read_leniently(answering: Answering) -> None:
    api = answering(page({"id": "user-1"}), page({"id": "rl-x", "max_requests_per_1_minute": 60.0})).api

    assert await api.project_users("proj_1") == [ProjectUser(id="user-1", email="", name="", role="")]
    assert await api.rate_limits("proj_1") == [RateLimit(id="rl-x", model="", requests_per_minute=60)]


@pytest.mark.parametrize(
    ("amount", "dollars"),
    [
        ({"value": 0.06, "currency": "usd"}, "0.06"),
        ({"value": "0.1234567890123456789", "currency": "USD"}, "0.1234567890123456789"),
        ({"value": -12, "currency": "usd"}, "-12"),
        ({"value": "1E-7"}, "0.0000001"),
        ({"value": None}, "0"),
        (None, "0"),
    ],
)
async def test_amount_is_read_exactly_however_it_is_written(answering: Answering, amount: Any, dollars: str) -> None:
    costs = await november(answering(page(bucket({"amount": amount, "project_id": ""}))).api)

    assert costs == [Cost(project_id=None, day=date(2026, 11, 1), amount=Decimal(dollars), line_item=None)]


async def test_fraction_is_not_rounded_on_the_way(answering: Answering) -> None:
    result = b'{"amount":{"value":0.12345678901234567890123}}'
    body = b'{"data":[{"start_time":1793491200,"results":[' + result + b']}],"has_more":false}'
    [cost] = await november(answering(httpx.Response(200, content=body)).api)

    assert cost.amount == Decimal("0.12345678901234567890123")


@pytest.mark.parametrize(
    "amount",
    [
        {"value": "many"},
        {"value": "NaN"},
        {"value": "Infinity"},
        {"value": True},
        {"value": []},
        "12",
    ],
)
async def test_amount_that_is_none_is_an_error_not_zero(answering: Answering, amount: Any) -> None:
    with pytest.raises(AdminAPIUnclear, match="cannot be read"):
        await november(answering(page(bucket({"amount": amount}))).api)


async def test_another_currency_is_named_and_never_added_to_dollars(answering: Answering) -> None:
    results = [{"amount": {"value": 1, "currency": each}} for each in ("usd", "EUR", "usd")]

    costs = await november(answering(page(bucket(*results))).api)

    assert [(each.amount, each.currency) for each in costs] == [(Decimal(2), "usd"), (Decimal(1), "eur")]


async def test_a_day_that_comes_twice_counts_once(answering: Answering) -> None:
    first = bucket({"amount": {"value": 5}, "line_item": "gpt-5"}, {"amount": {"value": 1}, "line_item": "tts-1"})
    again = bucket({"amount": {"value": 6}, "line_item": "gpt-5"})

    costs = await november(answering(page(first, again)).api)

    assert {each.line_item: each.amount for each in costs} == {"gpt-5": Decimal(6), "tts-1": Decimal(1)}


@pytest.mark.parametrize(
    ("body", "limit"),
    [
        ({"threshold_amount": 200, "enforcement": {"status": "thinking"}}, SpendLimit(cents=200)),
        ({"threshold_amount": 200, "currency": "USD", "interval": "month", "enforcement": None}, SpendLimit(cents=200)),
        ({"threshold_amount": "200"}, SpendLimit(cents=200)),
        ({"threshold_amount": None}, None),
        ({}, None),
    ],
)
async def test_spend_limit_is_read_leniently(answering: Answering, body: Any, limit: SpendLimit | None) -> None:
    assert await answering(reply(body)).api.spend_limit("proj_1") == limit


@pytest.mark.parametrize("threshold", [2.5, "1e400000000", "2e19", True, "x", {}, float("nan")])
async def test_spend_limit_that_is_no_whole_number_of_cents_is_an_error(answering: Answering, threshold: Any) -> None:
    body = {"threshold_amount": threshold, "currency": "USD"}
    content = str(body).replace("'", '"').replace("True", "true").replace("nan", "NaN").encode()

    with pytest.raises(AdminAPIUnclear, match="cannot be read"):
        await answering(httpx.Response(200, content=content)).api.spend_limit("proj_1")


async def test_enforcement_is_shown_but_does_not_make_two_limits_differ(answering: Answering) -> None:
    api = answering(reply({"threshold_amount": 5, "enforcement": {"status": "enforcing"}})).api

    limit = await api.spend_limit("proj_1")

    assert limit == SpendLimit(cents=5)
    assert limit is not None
    assert limit.enforcement == "enforcing"


async def test_model_permissions_may_come_without_models_but_not_without_mode(answering: Answering) -> None:
    api = answering(reply({"mode": "deny_list"}), reply({"model_ids": ["gpt-5"]})).api

    assert await api.model_permissions("proj_1") == ModelPermissions(mode="deny_list", model_ids=frozenset())
    with pytest.raises(AdminAPIUnclear, match="mode is missing"):
        await api.model_permissions("proj_1")
