"""The store keeps its promises on SQLite and on PostgreSQL."""

import asyncio
import itertools
import random
from datetime import timedelta

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from tests.support.clock import Clock
from workflows.audit.entry import Draft
from workflows.model import Actor, ActorType, OutboxTopic
from workflows.store import Database
from workflows.store.tables import metadata


async def test_migrations_make_exactly_the_tables(database: Database) -> None:
    def differences(connection: sa.Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), metadata))

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_migrating_twice_changes_nothing(database: Database) -> None:
    await database.migrate()

    assert await database.ping() >= 0


async def test_what_a_failed_transaction_did_is_gone(database: Database, clock: Clock) -> None:
    async def fail() -> None:
        async with database.begin() as work:
            await work.tell(OutboxTopic.POST, "R1", "card", clock())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()

    async with database.read() as work:
        assert await work.outbox_backlog() == (0, None)


async def test_a_project_that_two_see_first_at_once_keeps_what_each_of_them_learned(database: Database) -> None:
    seen = asyncio.Event()

    async def first() -> None:
        async with database.begin() as work:
            await work.learn_project("proj_1", name="new")
            seen.set()
            await asyncio.sleep(0.2)  # the other one looks now, and does not see it yet

    async def second() -> None:
        await seen.wait()
        async with database.begin() as work:
            await work.learn_project("proj_1", environment="sandbox")

    await asyncio.gather(first(), second())

    async with database.read() as work:
        (project,) = await work.projects()
    assert (project.name, project.environment) == ("new", "sandbox")


async def test_the_chain_has_no_fork_when_many_write_at_once(database: Database, clock: Clock) -> None:
    actor = Actor(type=ActorType.OPERATOR)

    async def write(number: int) -> None:
        async with database.begin() as work:
            await work.append(Draft(action="tried", actor=actor, at=clock(), data={"number": number}))

    await asyncio.gather(*(write(number) for number in range(20)))

    async with database.read() as work:
        entries = [each async for each in work.audit_entries()]
        head = await work.audit_head()
    assert [each.seq for each in entries] == list(range(1, 21))
    assert all(later.prev_hash == earlier.hash for earlier, later in itertools.pairwise(entries))
    assert (head.seq, head.hash) == (20, entries[-1].hash)


async def test_an_outbox_entry_is_claimed_by_one_of_many(database: Database, clock: Clock) -> None:
    async with database.begin() as work:
        for number in range(10):
            await work.tell(OutboxTopic.POST, f"R{number}", "card", clock())

    async def claim() -> list[int]:
        async with database.begin() as work:
            return [each.id for each in await work.claim_outbox(clock(), timedelta(minutes=1), 4)]

    claimed = [each for batch in await asyncio.gather(*(claim() for _ in range(6))) for each in batch]
    assert len(claimed) == len(set(claimed))


async def test_a_requests_messages_are_claimed_in_order(database: Database, clock: Clock) -> None:
    async with database.begin() as work:
        await work.tell(OutboxTopic.POST, "R1", "card", clock())
        await work.tell(OutboxTopic.POST, "R1", "stage:0", clock())

    async with database.begin() as work:
        first = await work.claim_outbox(clock(), timedelta(minutes=1), 10)
        second = await work.claim_outbox(clock(), timedelta(minutes=1), 10)
        await work.settle_outbox(first[0].id, clock())
        third = await work.claim_outbox(clock(), timedelta(minutes=1), 10)
    assert [each.role for each in first] == ["card"]
    assert second == []
    assert [each.role for each in third] == ["stage:0"]


async def test_an_export_that_is_stuck_keeps_no_other_waiting(database: Database, clock: Clock) -> None:
    async with database.begin() as work:
        await work.tell(OutboxTopic.EXPORT, "", "view:1", clock())
        await work.tell(OutboxTopic.EXPORT, "", "view:2", clock())
        (stuck,) = await work.claim_outbox(clock(), timedelta(minutes=1), 1)
        await work.retry_outbox(stuck.id, clock() + timedelta(hours=1), "Slack is away")

    async with database.begin() as work:
        assert [each.role for each in await work.claim_outbox(clock(), timedelta(minutes=1), 10)] == ["view:2"]


async def test_a_request_that_is_stuck_keeps_no_other_waiting(database: Database, clock: Clock) -> None:
    async with database.begin() as work:
        for request_id in ("R1", "R1", "R2"):
            await work.tell(OutboxTopic.POST, request_id, f"note:{clock()}", clock())
            clock.advance(seconds=1)
        (stuck,) = await work.claim_outbox(clock(), timedelta(minutes=1), 1)
        await work.retry_outbox(stuck.id, clock() + timedelta(hours=1), "no such channel yet")

    async with database.begin() as work:
        assert [each.request_id for each in await work.claim_outbox(clock(), timedelta(minutes=1), 10)] == ["R2"]


async def test_an_attempt_nobody_settled_comes_back_as_cut_off(database: Database, clock: Clock) -> None:
    async with database.begin() as work:
        await work.tell(OutboxTopic.POST, "R1", "card", clock())
        first = await work.claim_outbox(clock(), timedelta(minutes=1), 1)
    clock.advance(minutes=2)

    async with database.begin() as work:
        again = await work.claim_outbox(clock(), timedelta(minutes=1), 1)
    assert (first[0].cut_off, again[0].cut_off) == (False, True)


async def test_a_message_is_ordered_once(database: Database, clock: Clock) -> None:
    async with database.begin() as work:
        assert await work.tell(OutboxTopic.POST, "R1", "card", clock())
        assert not await work.tell(OutboxTopic.POST, "R1", "card", clock())


async def test_a_lease_has_one_holder_until_it_ends(database: Database, clock: Clock) -> None:
    async def take(holder: str) -> bool:
        async with database.begin() as work:
            return await work.lease("collector", holder, clock(), clock() + timedelta(minutes=1))

    assert [await take("one"), await take("two"), await take("one")] == [True, False, True]
    clock.advance(minutes=2)
    assert await take("two")


async def test_search_takes_wildcards_literally(database: Database) -> None:
    async with database.begin() as work:
        await work.learn_project("proj_1", name="plain")
        await work.learn_project("proj_2", name="50%_off")

    async with database.read() as work:
        assert [each.id for each in await work.search_projects("%", 10)] == ["proj_2"]
        assert [each.id for each in await work.search_projects("_", 10)] == ["proj_2"]
        assert len(await work.search_projects("", 10)) == 2


async def test_a_unit_that_is_cut_off_anywhere_leaves_no_transaction_behind(database: Database, clock: Clock) -> None:
    async def unit(number: int) -> None:
        async with database.begin() as work:
            await work.first_sight(f"D{number}", clock())
            await work.next_outbox_due()

    dice = random.Random(1)
    for number in range(100):
        cut_off = asyncio.create_task(unit(number))
        await asyncio.sleep(dice.random() * 0.004)
        cut_off.cancel()
        await asyncio.wait([cut_off])

    async with asyncio.timeout(10):  # a transaction left open would keep the others out
        await asyncio.gather(*(unit(1_000 + number) for number in range(20)))
    async with database.read() as work:
        assert [await work.seen(f"D{1_000 + number}") for number in range(20)] == [True] * 20


async def test_connections_that_the_server_ended_while_they_rested_are_made_anew(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.single:
        pytest.skip("SQLite has no server")
    monkeypatch.setattr("workflows.store.database.BELIEVED", 0.0)
    others = "pid <> pg_backend_pid() AND datname = current_database() AND backend_type = 'client backend'"
    end_them = sa.text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}")
    other = Database(str(database.engine.url.render_as_string(hide_password=False)))
    await asyncio.gather(*(database.ping() for _ in range(3)))
    async with other.begin() as work:
        await work.connection.execute(end_them)
    await other.close()

    assert await asyncio.gather(*(database.ping() for _ in range(3)))
