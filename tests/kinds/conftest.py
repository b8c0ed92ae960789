"""A company to ask, decide and carry out in, for the tests of each kind.

A kind reaches the database through the ledger and the journal alone, whose tests run on both: SQLite does here.
"""

from collections.abc import AsyncIterator

import pytest

from tests.support.clock import Clock
from tests.support.company import Company, company
from tests.support.databases import tried_on
from workflows.store import Database

_database_url = tried_on("sqlite")


@pytest.fixture(name="acme")
async def _acme(database: Database, clock: Clock) -> AsyncIterator[Company]:
    async with company(database, clock) as founded:
        yield founded
