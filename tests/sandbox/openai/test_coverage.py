"""What is answered is described, and what this slice needs is answered."""

import json

import pytest

from sandbox.openai.routing import operations
from tests.support.openapi import ABSENT, DESCRIPTION, Description
from tests.support.openapi.newer import NEWER_OPERATIONS

LATER = ("groups", "roles", "certificates", "hosted_tool_permissions", "data_retention", "admin_api_keys", "usage")


@pytest.fixture
def description() -> Description:
    description = Description.published()
    if description is None:
        pytest.skip(ABSENT)
    return description


def test_every_answered_operation_is_described(description: Description) -> None:
    described = {(each.method, each.path) for each in description.operations}

    assert {(each.method, each.path) for each in operations()} <= described


def test_every_operation_on_projects_people_keys_limits_and_costs_is_answered(description: Description) -> None:
    described = {(each.method, each.path) for each in description.operations}
    wanted = {(method, path) for method, path in described if not any(f"/{word}" in path for word in LATER)}

    assert wanted <= {(each.method, each.path) for each in operations()}


def test_operations_are_unique() -> None:
    found = [(each.method, each.path) for each in operations()]

    assert len(found) == len(set(found))


def test_newer_operations_are_not_in_the_published_file(description: Description) -> None:
    published = json.loads(DESCRIPTION.read_text("utf-8"))["paths"]

    assert not [(method, path) for method, path in NEWER_OPERATIONS if method in published.get(path, {})]
