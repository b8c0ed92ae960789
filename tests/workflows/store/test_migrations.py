"""Migrations: by two processes at once, and such that the version before goes on working until it is replaced."""

import asyncio
import os
import re
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tests.support.databases import sqlite_url, tried_on
from tests.support.installation import ROOT
from workflows.store import Database
from workflows.store.database import HEAD

_database_url = tried_on("postgresql")
BREAKS = re.compile(r"\b(DROP (TABLE|COLUMN)|RENAME|ALTER COLUMN \w+ (TYPE|SET NOT NULL)|TRUNCATE)\b")
ADDS = re.compile(r"ADD COLUMN [^;]+ NOT NULL")


async def test_two_processes_migrate_at_once(database: Database, database_url: str) -> None:
    await emptied(database)
    assert not await database.is_migrated()
    plain = database_url.replace("postgresql+psycopg", "postgresql")
    environment = {**os.environ, "DATABASE_URL": plain, "PYTHONPATH": str(ROOT)}

    async def migrated() -> int:
        process = await asyncio.create_subprocess_exec(sys.executable, "-m", "bot", "migrate", env=environment)
        async with asyncio.timeout(60):
            return await process.wait()

    assert await asyncio.gather(*(migrated() for _ in range(3))) == [0, 0, 0]
    assert await database.is_migrated()


async def test_tables_of_an_older_version_are_not_enough_and_of_a_newer_one_are(database: Database) -> None:
    for revision, enough in (("0001", False), ("9999", True), (HEAD, True)):
        async with database.engine.begin() as connection:
            await connection.execute(sa.text(f"UPDATE alembic_version SET version_num = '{revision}'"))
        assert await database.is_migrated() is enough, revision


async def test_a_file_without_tables_is_not_migrated(tmp_path: Path) -> None:
    database = Database(sqlite_url(tmp_path / "empty.db"))

    assert not await database.is_migrated()
    await database.close()


async def emptied(database: Database) -> None:
    async with database.engine.begin() as connection:
        await connection.execute(sa.text("DROP SCHEMA public CASCADE"))
        await connection.execute(sa.text("CREATE SCHEMA public"))


@pytest.fixture(name="statements")
async def _statements(database: Database) -> list[str]:
    """Return what all migrations say to PostgreSQL."""
    await emptied(database)
    said: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        said.append(" ".join(statement.split()))

    sa.event.listen(database.engine.sync_engine, "before_cursor_execute", hear)
    await database.migrate()
    return said


async def test_no_migration_takes_away_what_the_version_before_needs(statements: list[str]) -> None:
    assert len(statements) > 60
    assert [each for each in statements if BREAKS.search(each)] == []


async def test_a_new_column_fills_itself_for_the_version_before(statements: list[str]) -> None:
    found = [each for each in statements if ADDS.search(each)]

    assert found
    assert [each for each in found if "DEFAULT" not in each] == []


@pytest.mark.parametrize("breaking", ["ALTER TABLE x DROP COLUMN y", "ALTER TABLE x RENAME TO z"])
def test_what_would_break_is_recognised(breaking: str) -> None:
    assert BREAKS.search(breaking)
