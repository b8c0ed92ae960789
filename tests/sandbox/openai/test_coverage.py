"""Every operation that is described is answered, and understood by the official SDK."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.openai import Organization
from sandbox.openai.records import User
from sandbox.openai.routing import operations
from tests.sandbox.openai.tour import whole_tour
from tests.support.openapi import ABSENT, DESCRIPTION, Description, Judged
from tests.support.openapi.newer import NEWER_OPERATIONS
from tests.support.tables import OPERATIONS

PUBLISHED = 119
SDK = "OpenAI/"  # the agent of either client begins with the class that calls, AsyncOpenAI/Python or OpenAI/Python
Named = set[tuple[str, str]]


@pytest.fixture
def described() -> Named:
    """Return the described operations with the newer ones, as method and path."""
    description = Description.published()
    if description is None:
        pytest.skip(ABSENT)
    return {(each.method, each.path) for each in description.operations}


@pytest.fixture
def published() -> Named:
    if not DESCRIPTION.exists():
        pytest.skip(ABSENT)
    paths = json.loads(DESCRIPTION.read_text("utf-8"))["paths"]
    return {(method.upper(), path) for path, methods in paths.items() for method in methods}


@pytest.fixture
def answered() -> Named:
    return {(each.method, each.path) for each in operations()}


def table(described: Named, published: Named, columns: dict[str, Named]) -> str:
    """Draw one line an operation and one sum; ``*`` marks what is newer than the published description."""
    rows = [f"{'operation':<92}" + "".join(f"{name:>12}" for name in columns)]
    for method, path in sorted(described, key=lambda each: (each[1], each[0])):
        name = f"{method:<7}{path}{'' if (method, path) in published else ' *'}"
        rows.append(
            f"{name:<92}" + "".join(f"{'yes' if (method, path) in has else 'NO':>12}" for has in columns.values())
        )
    for title, those in (
        (f"{len(published)} published", published),
        (f"{len(described - published)} newer", described - published),
    ):
        rows.append(f"{title:<92}" + "".join(f"{len(has & those):>12}" for has in columns.values()))
    return "\n".join(rows)


def test_every_answered_operation_is_described(described: Named, answered: Named) -> None:
    assert answered <= described


def test_all_published_operations_are_answered(published: Named, answered: Named) -> None:
    assert len(published) == PUBLISHED
    assert published - answered == set()


def test_newer_operations_are_answered(described: Named, answered: Named) -> None:
    assert described - answered == set()


def test_operations_are_unique() -> None:
    found = [(each.method, each.path) for each in operations()]

    assert len(found) == len(set(found))


def test_newer_operations_are_not_in_the_published_file(published: Named) -> None:
    assert not [(method, path) for method, path in NEWER_OPERATIONS if (method.upper(), path) in published]


@pytest.fixture
async def toured(admin: Any, judge: Judged, organization: Organization, owner: User) -> Judged:
    """Return the judge after the official SDK has called all it can call."""
    await whole_tour(admin, organization)
    judge.verdict()
    return judge


async def test_official_sdk_calls_every_operation(
    toured: Judged,
    described: Named,
    published: Named,
    answered: Named,
    request: pytest.FixtureRequest,
    record_property: Callable[[str, object], None],
) -> None:
    called = toured.called(agent=SDK)
    columns = {"present": answered, "validated": toured.called() - toured.faulty, "by the SDK": called}
    if "asynchronous" not in request.node.name:
        record_property(OPERATIONS, table(described, published, columns))

    assert described - called == set()
