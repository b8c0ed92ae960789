"""Each journey runs over Socket Mode and HTTP, on SQLite and PostgreSQL."""

from collections.abc import AsyncIterator

import pytest

from tests.support.installation import Installation, Transport, installed, running


@pytest.fixture(name="transport", params=["socket", "http"])
def _transport(request: pytest.FixtureRequest) -> Transport:
    chosen: Transport = request.param
    return chosen


@pytest.fixture(name="installation")
async def _installation(database_url: str, transport: Transport) -> AsyncIterator[Installation]:
    """Yield the company with its two servers; the bot does not run yet."""
    async with installed(database_url, transport) as installation:
        yield installation


@pytest.fixture(name="acme")
async def _acme(installation: Installation) -> AsyncIterator[Installation]:
    """Yield the company with the bot and its worker running in this process."""
    async with running(installation):
        yield installation
