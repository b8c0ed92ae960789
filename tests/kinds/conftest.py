"""A company to ask, decide and carry out in, for the tests of each kind."""

from collections.abc import AsyncIterator

import pytest

from tests.support.clock import Clock
from tests.support.company import Company, company
from workflows.store import Database


@pytest.fixture(name="acme")
async def _acme(database: Database, clock: Clock) -> AsyncIterator[Company]:
    async with company(database, clock) as founded:
        yield founded
