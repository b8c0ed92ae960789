"""An organisation with a few people, served on loopback behind the judge."""

from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import openai
import pytest

from sandbox.openai import Organization, create_app
from sandbox.openai.records import User
from sandbox.serving import serving
from tests.sandbox.openai.driver import Driver
from tests.support.openapi import Description, Judged


@pytest.fixture
def organization() -> Organization:
    return Organization(admin_key="sk-admin-test")


@pytest.fixture
def owner(organization: Organization) -> User:
    return organization.add_user(email="olga@example.com", name="Olga Owner", role="owner")


@pytest.fixture
def reader(organization: Organization, owner: User) -> User:
    return organization.add_user(email="rita@example.com", name="Rita Reader")


@pytest.fixture
def judge(organization: Organization) -> Iterator[Judged]:
    """Judge every exchange of the test; the verdict falls when the test is over."""
    judge = Judged(create_app(organization), Description.published())
    yield judge
    judge.verdict()


@pytest.fixture
def wrong_on_purpose(judge: Judged) -> None:
    """Let the test send requests that the description forbids, as long as they are refused."""
    judge.tolerate_refused = True


@pytest.fixture
async def address(judge: Judged) -> AsyncIterator[str]:
    async with serving(judge) as base_url:
        yield base_url


@pytest.fixture
async def api(address: str, organization: Organization) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a plain client of ``/v1`` with the admin key."""
    headers = {"Authorization": f"Bearer {organization.admin_key}"}
    async with httpx.AsyncClient(base_url=f"{address}/v1/organization", headers=headers, timeout=10) as client:
        yield client


@pytest.fixture
async def sandbox(address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield a client of the ``/_sandbox`` calls, without a key."""
    async with httpx.AsyncClient(base_url=f"{address}/_sandbox", timeout=10) as client:
        yield client


@pytest.fixture(params=["blocking", "asynchronous"])
async def admin(request: pytest.FixtureRequest, address: str, organization: Organization) -> AsyncIterator[Any]:
    """Yield the official SDK's ``admin.organization``, driven by either of its clients."""
    options: dict[str, Any] = {
        "admin_api_key": organization.admin_key,
        "base_url": f"{address}/v1",
        "max_retries": 0,
        "timeout": 10,
    }
    if request.param == "blocking":
        with openai.OpenAI(**options) as client:
            yield Driver(client.admin.organization)
    else:
        async with openai.AsyncOpenAI(**options) as client:
            yield Driver(client.admin.organization)
