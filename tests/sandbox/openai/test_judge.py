"""The judge itself: it finds what is wrong, on both sides, and nothing in what is right."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.support.openapi import ABSENT, Description, Judged

PROJECT = {"id": "proj_1", "object": "organization.project", "created_at": 1}
ERROR = {"message": "No.", "type": "invalid_request_error", "param": None, "code": None}
Verdict = Callable[..., Any]


@pytest.fixture
def description() -> Description:
    description = Description.published()
    if description is None:
        pytest.skip(ABSENT)
    return description


async def judged(
    description: Description,
    request: tuple[str, str],
    answer: object,
    *,
    status: int = 200,
    sent: object = None,
    key: str | None = "Bearer sk-admin-x",
    tolerate_refused: bool = False,
) -> list[str]:
    """Return the violations in one exchange with a server that answers whatever it is told to."""

    async def say(_request: Request) -> Response:
        return Response(json.dumps(answer), status, media_type="application/json")

    methods = ["GET", "POST", "DELETE", "PUT"]
    app = Starlette(routes=[Route("/{path:path}", say, methods=methods)])
    judge = Judged(app, description, tolerate_refused=tolerate_refused)
    headers = {"Authorization": key} if key else {}
    async with httpx.AsyncClient(transport=httpx.ASGITransport(judge), base_url="http://x/v1", headers=headers) as api:
        await api.request(*request, json=sent)
    return judge.violations


async def test_right_exchange_passes(description: Description) -> None:
    assert not await judged(description, ("POST", "/organization/projects"), PROJECT, sent={"name": "QA"})


@pytest.mark.parametrize(
    ("request_", "sent", "complaint"),
    [
        (("GET", "/organization/spaceships"), None, "no such operation"),
        (("PUT", "/organization/projects"), None, "no such operation"),
        (("GET", "/organization/projects/proj_1?verbose=1"), None, "unknown query parameter verbose"),
        (("GET", "/organization/projects/proj_1"), {"name": "x"}, "takes no body"),
        (("POST", "/organization/projects"), None, "not JSON"),
        (("POST", "/organization/projects"), {}, '"name" is a required property'),
        (("POST", "/organization/projects"), {"name": 5}, 'is not of type "string"'),
        (("POST", "/organization/projects"), {"name": "x", "colour": "red"}, "'colour' was unexpected"),
    ],
)
async def test_wrong_request_is_found(
    description: Description, request_: tuple[str, str], sent: object, complaint: str
) -> None:
    violations = await judged(description, request_, PROJECT, sent=sent)

    assert complaint in "\n".join(violations)


@pytest.mark.parametrize(
    ("query", "complaint"),
    [
        ("", "missing query parameter start_time"),
        ("start_time=now", "start_time"),
        ("start_time=1&group_by=model", "group_by"),
        ("start_time=1&limit=5&limit=6", "limit"),
        ("start_time=1&bucket_width=1h", "bucket_width"),
        ("start_time=1&project_ids[]=a&project_ids[]=b&group_by=project_id&line_items=x", None),
    ],
)
async def test_query_is_read_in_both_notations(description: Description, query: str, complaint: str | None) -> None:
    page = {"object": "page", "data": [], "has_more": False, "next_page": None}

    violations = await judged(description, ("GET", f"/organization/costs?{query}"), page)

    assert bool(violations) is (complaint is not None)
    assert (complaint or "") in "\n".join(violations)


@pytest.mark.parametrize(
    "answer",
    [
        {**PROJECT, "description": "not a field of a project"},
        {**PROJECT, "created_at": "1"},
        {**PROJECT, "object": "project"},
        {key: value for key, value in PROJECT.items() if key != "id"},
        {"error": ERROR},
        [],
    ],
)
async def test_wrong_answer_is_found(description: Description, answer: object) -> None:
    assert await judged(description, ("GET", "/organization/projects/proj_1"), answer)


async def test_wrong_field_deep_inside_is_found(description: Description) -> None:
    result = {"object": "organization.costs.result", "amount": {"value": 1, "currency": "usd", "cents": 100}}
    bucket = {"object": "bucket", "start_time": 0, "end_time": 86_400, "results": [result]}
    page = {"object": "page", "data": [bucket], "has_more": False, "next_page": None}

    assert await judged(description, ("GET", "/organization/costs?start_time=0"), page)


@pytest.mark.parametrize(
    ("status", "answer", "wrong"),
    [
        (404, {"error": ERROR}, False),
        (404, {"code": 404, "message": "flat"}, True),
        (500, {"error": {"message": "No."}}, True),
        (404, {"error": {**ERROR, "trace": "..."}}, True),
        (201, PROJECT, True),
    ],
)
async def test_errors_have_one_shape(description: Description, status: int, answer: object, *, wrong: bool) -> None:
    violations = await judged(description, ("GET", "/organization/projects/proj_1"), answer, status=status)

    assert bool(violations) is wrong


async def test_request_without_a_key_is_found(description: Description) -> None:
    assert await judged(description, ("GET", "/organization/projects/proj_1"), PROJECT, key=None)


@pytest.mark.parametrize(("status", "answer", "wrong"), [(400, {"error": ERROR}, False), (200, PROJECT, True)])
async def test_wrong_request_may_be_tolerated_only_when_refused(
    description: Description, status: int, answer: object, *, wrong: bool
) -> None:
    request = ("POST", "/organization/projects")

    violations = await judged(description, request, answer, status=status, sent={}, tolerate_refused=True)

    assert bool(violations) is wrong


@pytest.mark.parametrize("schema", ["AdminApiKeyCreateResponse", "ProjectApiKey", "AuditLog", "User"])
def test_published_examples_have_no_unknown_top_level_field(description: Description, schema: str) -> None:
    closed = description._document["components"]["schemas"][schema]

    assert closed["additionalProperties"] is False
    assert closed["properties"]


def test_verdict_names_every_violation() -> None:
    judge = Judged(Starlette(), None)
    judge.violations += ["GET /one -> 200: odd", "GET /two -> 200: odder"]

    with pytest.raises(AssertionError, match=r"(?s)/one.*/two"):
        judge.verdict()
