"""What a project may use: models, hosted tools, rate limits, against a local organisation over real HTTP."""

import json
from typing import Any

import pytest

from tests.workflows.admin_api.rig import Answering, Sandbox, reply
from workflows.admin_api import AdminAPI, ModelPermissions, RateLimit
from workflows.errors import AdminAPINotFound, AdminAPIRefused, AdminAPIUnclear


async def test_denied_models_are_those_that_cannot_be_used(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    denied, *others = sandbox.organization.models

    answered = await api.set_model_permissions(project.id, [denied], mode="deny_list")

    assert answered == ModelPermissions(mode="deny_list", model_ids=frozenset({denied}))
    assert {limit.model for limit in await api.rate_limits(project.id)} == set(others)


async def test_model_policy_is_removed_once_and_for_all(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    await api.set_model_permissions(project.id, [])

    await api.delete_model_permissions(project.id)
    await api.delete_model_permissions(project.id)

    assert await api.model_permissions(project.id) is None


async def test_tools_not_named_stay_as_they_are(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    tools = dict(await api.hosted_tools(project.id))
    await api.set_hosted_tools(project.id, {"mcp": True})

    answered = await api.set_hosted_tools(project.id, {"web_search": True, "file_search": False})

    assert answered == {**tools, "mcp": True, "web_search": True, "file_search": False}
    assert await api.hosted_tools(project.id) == answered


async def test_tool_that_the_organization_decides_on_is_a_conflict(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    sandbox.organization.change_settings({"hosted_tools": {"web_search": "all"}})

    with pytest.raises(AdminAPIRefused) as refused:
        await api.set_hosted_tools(project.id, {"web_search": False, "mcp": True})

    assert refused.value.status == 409
    assert not (await api.hosted_tools(project.id))["mcp"]


@pytest.mark.parametrize(
    ("body", "tools"),
    [
        ({}, {}),
        ({"object": "project.hosted_tool_permissions", "id": "x"}, {}),
        ({"mcp": {"enabled": True}, "holodeck": {"enabled": False}}, {"mcp": True, "holodeck": False}),
        ({"mcp": {"enabled": None}, "web_search": {}, "file_search": None}, {}),
    ],
)
async def test_tools_are_read_leniently(answering: Answering, body: Any, tools: Any) -> None:
    assert await answering(reply(body)).api.hosted_tools("proj_1") == tools


async def test_tool_that_is_neither_on_nor_off_is_an_error(answering: Answering) -> None:
    with pytest.raises(AdminAPIUnclear, match="enabled is neither true nor false"):
        await answering(reply({"mcp": {"enabled": "false"}})).api.hosted_tools("proj_1")


async def test_rate_limit_not_named_stays_as_it_is(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    limit = next(limit for limit in await api.rate_limits(project.id) if limit.tokens_per_minute)

    lowered = await api.set_rate_limit(project.id, limit.id, requests_per_minute=7)

    assert (lowered.requests_per_minute, lowered.tokens_per_minute) == (7, limit.tokens_per_minute)
    assert lowered in await api.rate_limits(project.id)


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ({"requests_per_minute": 0}, {"max_requests_per_1_minute": 0}),
        ({"tokens_per_minute": 5}, {"max_tokens_per_1_minute": 5}),
        (
            {"requests_per_minute": 1, "tokens_per_minute": 2},
            {"max_requests_per_1_minute": 1, "max_tokens_per_1_minute": 2},
        ),
    ],
)
async def test_only_the_rate_limits_given_are_sent(answering: Answering, asked: Any, sent: Any) -> None:
    scripted = answering(reply({"id": "rl-gpt-3.5-turbo"}))

    assert await scripted.api.set_rate_limit("proj_1", "rl-gpt-3.5-turbo", **asked) == RateLimit(
        id="rl-gpt-3.5-turbo", model=""
    )
    assert json.loads(scripted.wire.sent[0].content) == sent
    assert scripted.wire.sent[0].url.path.endswith("/projects/proj_1/rate_limits/rl-gpt-3.5-turbo")


async def test_rate_limit_above_the_organizations_own_names_the_field(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")
    limit = next(limit for limit in await api.rate_limits(project.id) if limit.tokens_per_minute)

    with pytest.raises(AdminAPIRefused) as refused:
        await api.set_rate_limit(project.id, limit.id, tokens_per_minute=(limit.tokens_per_minute or 0) + 1)

    assert (refused.value.status, refused.value.param) == (400, "max_tokens_per_1_minute")


async def test_rate_limit_of_no_model_is_not_found(api: AdminAPI, sandbox: Sandbox) -> None:
    project = await api.create_project("alpha")

    with pytest.raises(AdminAPINotFound):
        await api.set_rate_limit(project.id, "rl-gone", requests_per_minute=1)
