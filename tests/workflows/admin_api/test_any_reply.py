"""Whatever OpenAI answers, a call returns what could be read or raises our own error, and nothing else ever."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr

from tests.workflows.admin_api.rig import KEY, Stopwatch
from workflows.admin_api import AdminAPI, Limiter
from workflows.errors import AdminAPIError

FIRST, LAST = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
MOST = 200
"""Requests of one call: a list without an end has to be given up long before."""

CALLS: dict[str, Callable[[AdminAPI], Awaitable[Any]]] = {
    "projects": lambda api: api.projects(include_archived=True),
    "project": lambda api: api.project("proj_1"),
    "create_project": lambda api: api.create_project("alpha"),
    "update_project": lambda api: api.update_project("proj_1", "beta"),
    "archive_project": lambda api: api.archive_project("proj_1"),
    "users": lambda api: api.users(["a@acme.example"]),
    "invites": lambda api: api.invites(),
    "create_invite": lambda api: api.create_invite("a@acme.example", "reader", [("proj_1", "member")]),
    "delete_invite": lambda api: api.delete_invite("invite_1"),
    "project_users": lambda api: api.project_users("proj_1"),
    "add_project_user": lambda api: api.add_project_user("proj_1", user_id="user_1", role="member"),
    "remove_project_user": lambda api: api.remove_project_user("proj_1", "user_1"),
    "service_accounts": lambda api: api.service_accounts("proj_1"),
    "service_account": lambda api: api.service_account("proj_1", "svc_1"),
    "create_service_account": lambda api: api.create_service_account("proj_1", "app"),
    "keys": lambda api: api.keys("proj_1"),
    "key": lambda api: api.key("proj_1", "key_1"),
    "delete_key": lambda api: api.delete_key("proj_1", "key_1"),
    "model_permissions": lambda api: api.model_permissions("proj_1"),
    "hosted_tools": lambda api: api.hosted_tools("proj_1"),
    "rate_limits": lambda api: api.rate_limits("proj_1"),
    "spend_limit": lambda api: api.spend_limit("proj_1"),
    "set_spend_limit": lambda api: api.set_spend_limit("proj_1", 100_00),
    "spend_alerts": lambda api: api.spend_alerts("proj_1"),
    "organization_spend_limit": lambda api: api.organization_spend_limit(),
    "costs": lambda api: api.costs(FIRST, LAST),
    "key_costs": lambda api: api.key_costs("proj_1", FIRST, LAST),
    "token_use": lambda api: api.token_use(FIRST, LAST),
    "groups": lambda api: api.groups(),
    "group_users": lambda api: api.group_users("group_1"),
    "project_groups": lambda api: api.project_groups("proj_1"),
    "project_roles": lambda api: api.project_roles("proj_1"),
    "user_roles": lambda api: api.user_roles("proj_1", "user_1"),
    "group_roles": lambda api: api.group_roles("proj_1", "group_1"),
}

NAMES = (
    *("id", "object", "name", "email", "role", "status", "created_at", "archived_at", "projects", "owner", "type"),
    *("user", "service_account", "redacted_value", "last_used_at", "value", "api_key", "data", "has_more", "last_id"),
    *("first_id", "next", "next_page", "results", "start_time", "end_time", "amount", "currency", "line_item"),
    *("project_id", "api_key_id", "threshold_amount", "interval", "mode", "model_ids", "model", "input_tokens"),
    *("output_tokens", "num_model_requests", "error", "message", "code", "group_id", "group_name", "resource_type"),
    *("predefined_role", "permissions", "max_requests_per_1_minute", "max_tokens_per_1_minute", "deleted", "items"),
)
WORDS = ("list", "bucket", "page", "organization.project", "usd", "month", "owner", "user", "allow_list", "proj_1")
ODD = st.one_of(
    *(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=8), st.sampled_from(WORDS)),
    *(st.just(10**30), st.just(-1), st.just("1711474333"), st.just(1711474333), st.just("\ud800")),
)
JSON = st.recursive(
    ODD,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
        | st.dictionaries(st.text(max_size=4), inner, max_size=2)
    ),
    max_leaves=25,
)
USUAL = {
    "id": "proj_1",
    "object": "organization.project",
    "name": "alpha",
    "email": "a@acme.example",
    "role": "member",
    "status": "active",
    "created_at": 1711474333,
    "value": "sk-made-up",
    "api_key": {"id": "key_1", "value": "sk-made-up", "name": "k", "created_at": 1711474333, "object": "key"},
    "owner": {"type": "user", "user": {"id": "user_1", "email": "a@acme.example", "name": "A", "role": "owner"}},
    "threshold_amount": 100_00,
    "currency": "USD",
    "interval": "month",
    "mode": "allow_list",
    "model_ids": ["gpt-5"],
    "model": "gpt-5",
    "group_id": "group_1",
    "group_name": "everybody",
    "role_id": "role_1",
    "start_time": int(FIRST.timestamp()),
    "end_time": int(FIRST.timestamp()) + 86_400,
    "results": [
        {"amount": {"value": 1.5, "currency": "usd"}, "project_id": "proj_1", "line_item": "gpt-5, input_tokens"}
    ],
    "data": [],
    "has_more": False,
}
"""What every kind of object finds its own fields in."""

LIKELY = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=3).map(lambda odd: USUAL | odd)
"""An object of the API in which some fields are anything."""

PAGES = st.builds(
    lambda items, fields: {"object": "list", "has_more": False, **fields, "data": items},
    st.lists(LIKELY, max_size=3) | st.lists(LIKELY | JSON, max_size=3),
    st.dictionaries(st.sampled_from(("has_more", "last_id", "next", "next_page", "object")), ODD, max_size=1),
)
BODIES = (LIKELY | PAGES | PAGES | JSON).map(lambda body: json.dumps(body).encode()) | st.binary(max_size=20)
STATUSES = st.just(200) | st.just(200) | st.sampled_from((201, 204, 302, 400, 401, 403, 404, 409, 422, 429, 500, 503))
HEADERS = st.dictionaries(
    st.sampled_from(("retry-after", "retry-after-ms", "x-ratelimit-reset-requests", "x-request-id", "content-type")),
    st.sampled_from(
        ("", "soon", "-1", "nan", "inf", "1e400", "3", "Wed, 21 Oct 2099 07:28:00 GMT", "application/json")
    ),
    max_size=3,
)


@pytest.mark.parametrize("name", CALLS)
@settings(max_examples=40)
@given(body=BODIES, status=STATUSES, headers=HEADERS)
@example(body=b"[" * 100_000, status=200, headers={})
@example(body=b'{"data": [{}], "has_more": true, "last_id": "a", "next_page": "a"}', status=200, headers={})
def test_any_reply_is_read_or_is_our_own_error(name: str, body: bytes, status: int, headers: dict[str, str]) -> None:
    sent, said = 0, list[str]()

    def wire(_request: httpx.Request) -> httpx.Response:
        nonlocal sent
        sent += 1
        assert sent <= MOST, "It asks without end."
        return httpx.Response(status, content=body, headers=headers)

    async def called() -> None:
        watch = Stopwatch()
        limiter = Limiter(monotonic=watch.monotonic, sleep=watch.sleep)
        async with AdminAPI(
            base_url="http://openai.test/v1",
            admin_key=SecretStr(KEY),
            limiter=limiter,
            transport=httpx.MockTransport(wire),
        ) as api:
            try:
                await CALLS[name](api)
            except AdminAPIError as error:
                said.append(str(error))

    asyncio.run(called())
    assert sent
    assert all(each and KEY not in each for each in said)
