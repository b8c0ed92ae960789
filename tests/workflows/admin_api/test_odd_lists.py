"""Lists whose pages do not fit together, and what is asked for each page."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.workflows.admin_api.rig import PROJECT, Answering, page
from workflows.admin_api import (
    AdminAPI,
    Cost,
)
from workflows.errors import AdminAPIUnclear


async def november(api: AdminAPI) -> list[Cost]:
    return await api.costs(datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 11, 2, tzinfo=UTC))


def bucket(*results: Any) -> dict[str, Any]:
    start = int(datetime(2026, 11, 1, tzinfo=UTC).timestamp())
    return {"object": "bucket", "start_time": start, "end_time": start + 86400, "results": list(results)}


@pytest.mark.parametrize(
    ("second", "sentence"),
    [
        pytest.param({"has_more": True}, "without saying where", id="no cursor"),
        pytest.param({"has_more": True, "last_id": None}, "without saying where", id="null cursor"),
        pytest.param({"has_more": True, "last_id": ""}, "without saying where", id="empty cursor"),
        pytest.param({"has_more": True, "last_id": "proj_1"}, "does not end", id="same cursor"),
        pytest.param({"data": None}, "not a list", id="no data"),
        pytest.param({"data": ["proj_1"]}, "not an object", id="no objects"),
    ],
)
async def test_list_that_cannot_be_followed_is_an_error(answering: Answering, second: Any, sentence: str) -> None:
    api = answering(page(PROJECT, has_more=True, last_id="proj_1"), page(PROJECT, **second)).api

    with pytest.raises(AdminAPIUnclear, match=sentence):
        await api.projects()


async def test_pages_are_asked_for_by_the_cursor_of_the_last(answering: Answering) -> None:
    scripted = answering(page(PROJECT, has_more=True, last_id="proj_1"), page({**PROJECT, "id": "proj_2"}, last_id="x"))

    projects = await scripted.api.projects(include_archived=True)

    assert [project.id for project in projects] == ["proj_1", "proj_2"]
    assert [dict(request.url.params) for request in scripted.wire.sent] == [
        {"include_archived": "true", "limit": "100"},
        {"include_archived": "true", "limit": "100", "after": "proj_1"},
    ]


async def test_days_are_paged_by_next_page(answering: Answering) -> None:
    scripted = answering(page(bucket(), has_more=True, next_page="p2"), page(bucket(), next_page=None))

    assert await november(scripted.api) == []
    assert [request.url.params.get("page") for request in scripted.wire.sent] == [None, "p2"]
    assert {request.url.params["limit"] for request in scripted.wire.sent} == {"180"}


async def test_addresses_are_sent_as_an_array_and_the_answer_is_checked(answering: Answering) -> None:
    stranger = {"id": "user-2", "email": "eve@example.com"}
    scripted = answering(page({"id": "user-1", "email": "ada@example.com"}, stranger))

    users = await scripted.api.users(emails=["ada@example.com", "bob@example.com"])

    assert scripted.wire.sent[0].url.params.get_list("emails[]") == ["ada@example.com", "bob@example.com"]
    assert [user.id for user in users] == ["user-1"]


async def test_many_addresses_are_asked_for_in_several_calls(answering: Answering) -> None:
    emails = [f"person{n}@example.com" for n in range(120)]
    pages = [page({"id": f"user-{n}", "email": emails[n]}) for n in (0, 50, 100)]
    scripted = answering(*pages)

    users = await scripted.api.users(emails=emails)

    assert [user.id for user in users] == ["user-0", "user-50", "user-100"]
    assert sum(len(request.url.params.get_list("emails[]")) for request in scripted.wire.sent) == 120
