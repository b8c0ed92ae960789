"""A company to ask, decide and carry out in."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from tests.support.clock import Clock
from tests.support.company import Company, company
from workflows.store import Database


def pytest_configure() -> None:
    # How fast this machine is, is no claim.
    settings.register_profile("patient", deadline=None)
    settings.load_profile("patient")


@pytest.fixture(name="acme")
async def _acme(database: Database, clock: Clock) -> AsyncIterator[Company]:
    async with company(database, clock) as founded:
        yield founded
