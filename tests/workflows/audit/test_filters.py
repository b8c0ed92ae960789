"""A filter takes the part of the log that it names."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from tests.workflows.audit.chains import plain
from workflows.audit.filters import Filter
from workflows.store import Database, tables

LOG = plain(6)  # a minute apart from 09:00, kinds in turn, projects 0, 1, 2, 0, 1, 2
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("only", "taken"),
    [
        pytest.param(Filter(), [1, 2, 3, 4, 5, 6], id="all"),
        pytest.param(Filter(since=NINE + timedelta(minutes=4)), [5, 6], id="since-counts-in"),
        pytest.param(Filter(until=NINE + timedelta(minutes=2)), [1, 2], id="until-does-not"),
        pytest.param(Filter(since=datetime(2026, 11, 23, 10, 5, tzinfo=timezone(timedelta(hours=1)))), [6], id="zone"),
        pytest.param(Filter(project="proj_1"), [2, 5], id="project"),
        pytest.param(Filter(kind="budget", project="proj_1"), [2], id="both"),
    ],
)
async def test_a_filter_takes_what_it_names(database: Database, only: Filter, taken: list[int]) -> None:
    async with database.begin() as work:
        await work.connection.execute(sa.insert(tables.audit_entries), [each._asdict() for each in LOG])

    async with database.read() as work:
        assert [entry.seq async for entry in work.audit_entries(only)] == taken


async def test_a_time_without_a_zone_is_refused(database: Database) -> None:
    async with database.read() as work:
        with pytest.raises(ValueError, match="zone"):
            await anext(work.audit_entries(Filter(since=datetime(2026, 1, 1))))  # noqa: DTZ001 - the claim
