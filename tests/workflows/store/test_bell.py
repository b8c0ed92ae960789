"""Processes wake each other through PostgreSQL, and again after the connection was lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import sqlalchemy as sa

from tests.support.clock import Clock
from tests.support.databases import tried_on
from workflows.model import OutboxTopic
from workflows.store import Database, Question

_database_url = tried_on("postgresql")
PATIENCE = 60


@pytest.fixture(name="other")
async def _other(database_url: str) -> AsyncIterator[Database]:
    """Yield another process's way to the same database, which hears the others."""
    other = Database(database_url)
    async with other.listening():
        async with asyncio.timeout(PATIENCE):
            await other.heard()
        yield other
    await other.close()


async def work_to_do(database: Database, clock: Clock, role: str = "card") -> None:
    async with database.begin() as work:
        await work.tell(OutboxTopic.POST, "R1", role, clock())


async def test_a_commit_wakes_the_other_process(database: Database, other: Database, clock: Clock) -> None:
    woken, asked = asyncio.Event(), asyncio.Event()
    other.on_commit(woken.set)
    other.on_commit(asked.set, "relay")

    await work_to_do(database, clock)

    async with asyncio.timeout(PATIENCE):
        await woken.wait()
    assert not asked.is_set()


async def test_questions_wake_those_who_wait_for_questions(database: Database, other: Database, clock: Clock) -> None:
    woken, asked = asyncio.Event(), asyncio.Event()
    other.on_commit(woken.set)
    other.on_commit(asked.set, "relay")

    async with database.begin() as work:
        await work.ask(Question(id="q", asked={}, answer_to=""), clock())

    async with asyncio.timeout(PATIENCE):
        await asked.wait()
    assert not woken.is_set()


async def test_what_is_rolled_back_wakes_nobody(database: Database, other: Database, clock: Clock) -> None:
    heard: list[str] = []
    other.on_commit(lambda: heard.append("work"))

    async def fail() -> None:
        async with database.begin() as work:
            await work.tell(OutboxTopic.POST, "R1", "lost", clock())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    await work_to_do(database, clock)

    async with asyncio.timeout(PATIENCE):
        while not heard:  # noqa: ASYNC110 - another process's news
            await asyncio.sleep(0.01)
    assert heard == ["work"]


async def test_its_own_commit_is_heard_once(other: Database, clock: Clock, database: Database) -> None:
    heard: list[str] = []
    other.on_commit(lambda: heard.append("work"))

    await work_to_do(other, clock, "own")
    await work_to_do(database, clock, "foreign")

    async with asyncio.timeout(PATIENCE):
        while len(heard) < 2:  # noqa: ASYNC110 - another process's news
            await asyncio.sleep(0.01)
    assert heard == ["work", "work"]


async def test_a_lost_connection_is_made_again_and_what_was_missed_is_looked_for(
    database: Database, other: Database, clock: Clock
) -> None:
    woken = asyncio.Event()
    other.on_commit(woken.set)

    async with database.engine.connect() as connection:
        ended = await connection.execute(
            sa.text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%'")
        )
        assert ended.scalars().all() == [True]

    async with asyncio.timeout(PATIENCE):
        await woken.wait()
        woken.clear()
        await other.heard()
        await work_to_do(database, clock)
        await woken.wait()


async def test_a_project_that_changed_is_named_to_everybody(database: Database, other: Database, clock: Clock) -> None:
    there, here = asyncio.Queue[str](), asyncio.Queue[str]()
    other.on_change(there.put_nowait)
    database.on_change(here.put_nowait)

    async with database.begin() as work:
        work.changed |= {"proj_1", "proj_2"}

    async with asyncio.timeout(PATIENCE):
        assert [await there.get(), await there.get()] == ["proj_1", "proj_2"]
        assert [await here.get(), await here.get()] == ["proj_1", "proj_2"]
