"""What OpenAI refuses, in each shape it says so, and which 404 means none."""

from typing import Any

import pytest

from tests.workflows.admin_api.rig import Answering, create_project, read_project, reply
from workflows.admin_api import UNKNOWN_PARAMETER
from workflows.errors import AdminAPINotFound, AdminAPIRefused

REFUSALS: list[Any] = [
    pytest.param(400, {"error": {"message": "Project alpha is archived", "code": "x"}}, AdminAPIRefused, id="usual"),
    pytest.param(404, {"code": 404, "message": "The project proj_1 was not found"}, AdminAPINotFound, id="flat"),
    pytest.param(403, {"error": "Project alpha is archived"}, AdminAPIRefused, id="text for an object"),
    pytest.param(409, {"error": {"message": None, "type": None}}, AdminAPIRefused, id="nothing said"),
    pytest.param(422, [], AdminAPIRefused, id="list"),
    pytest.param(302, {}, AdminAPIRefused, id="redirect"),
]


@pytest.mark.parametrize("operation", [read_project, create_project])
@pytest.mark.parametrize(("status", "body", "error"), REFUSALS)
async def test_refusal_is_told_once_in_openais_words(
    answering: Answering, operation: Any, status: int, body: Any, error: type[AdminAPIRefused]
) -> None:
    scripted = answering(reply(body, status))

    with pytest.raises(error) as refused:
        await operation(scripted.api)

    assert type(refused.value) is error
    assert refused.value.status == status
    assert len(scripted.wire.sent) == 1
    assert str(refused.value) in {
        "OpenAI said: Project alpha is archived.",
        "OpenAI said: The project proj_1 was not found.",
        f"OpenAI answered HTTP {status} without saying why.",
    }


async def test_code_of_a_refusal_is_kept(answering: Answering) -> None:
    with pytest.raises(AdminAPIRefused) as refused:
        await create_project(answering(reply({"error": {"message": "No.", "code": "project_archived"}}, 400)).api)

    assert refused.value.code == "project_archived"


async def test_unaccepted_key_names_the_setting(answering: Answering) -> None:
    body = {"error": {"message": "Missing scopes: api.management.read", "type": "invalid_request_error", "code": None}}

    with pytest.raises(AdminAPIRefused, match=r"OPENAI_ADMIN_KEY.*Missing scopes: api\.management\.read"):
        await create_project(answering(reply(body, 401)).api)


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("The project proj_1 was not found", 404),
        ("Project with id 'proj_1' not found.", None),
        ("Project not found", None),
        ("No such project: proj_1", None),
        ("The object proj_1 was not found", "not_found"),
        ("Sorry", "project_not_found"),
        ("Invalid URL (GET /v1/organization/projects/proj_1/spend_limit)", None),
    ],
)
async def test_missing_project_is_told_from_a_missing_limit(answering: Answering, message: str, code: Any) -> None:
    with pytest.raises(AdminAPINotFound):
        await answering(reply({"error": {"message": message, "code": code}}, 404)).api.spend_limit("proj_1")


@pytest.mark.parametrize(
    "message",
    [
        "The project has no spend limit",
        "Project spend limit not found",
        "Spend limit for project proj_1 was not found",
        "Not found",
        "",
    ],
)
async def test_missing_limit_is_none(answering: Answering, message: str) -> None:
    body = {"error": {"message": message, "code": "not_found"}}

    assert await answering(reply(body, 404)).api.spend_limit("proj_1") is None


@pytest.mark.parametrize(
    ("error", "code", "param"),
    [
        ({"message": "Unknown parameter: 'scopes'.", "code": "unknown_parameter", "param": "scopes"}, ..., "scopes"),
        ({"message": "Unknown parameter: 'expires_in_seconds'.", "code": None}, ..., "expires_in_seconds"),
        ({"message": "Unrecognized request argument supplied: scopes"}, ..., "scopes"),
        (
            {"message": "Invalid value for 'scopes'.", "code": "invalid_value", "param": "scopes"},
            "invalid_value",
            "scopes",
        ),
        ({"message": "The model x has no such parameter"}, None, None),
    ],
)
async def test_unknown_parameter_is_recognised(answering: Answering, error: Any, code: Any, param: Any) -> None:
    with pytest.raises(AdminAPIRefused) as refused:
        await create_project(answering(reply({"error": error}, 400)).api)

    assert refused.value.code == (UNKNOWN_PARAMETER if code is ... else code)
    assert refused.value.param == param
