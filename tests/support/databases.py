"""Fresh, migrated databases: SQLite files, and databases of a real PostgreSQL started from its wheel."""

import asyncio
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from workflows.store import Database


def tried_on(*engines: str) -> Any:
    """Return the fixture ``database_url``: a fresh, migrated database of each of these engines for every test."""

    @pytest.fixture(name="database_url", params=engines)
    def _database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
        template = request.getfixturevalue(f"{request.param}_template")
        with template.fresh(tmp_path) as url:
            yield url

    return _database_url


BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""Marks what hangs on the database itself, among tests that are tried on one."""


def sqlite_url(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def _migrate(url: str) -> None:
    database = Database(url)
    await database.migrate()
    await database.close()


class SQLiteTemplate:
    """Migrated once; each database is a copy of its file."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"
        asyncio.run(_migrate(sqlite_url(self._file)))

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a new database in *folder*."""
        with self.copied(sqlite_url(self._file), folder) as url:
            yield url

    @contextmanager
    def copied(self, url: str, folder: Path) -> Iterator[str]:
        """Yield the URL of a copy, in *folder*, of a database that nobody has open."""
        path = folder / "countersign.db"
        shutil.copy(url.partition("///")[2], path)
        yield sqlite_url(path)


TEMPLATE = "template_countersign"

_END_OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_SHAPE = """
SELECT (SELECT string_agg(version_num, ',') FROM alembic_version),
       (SELECT count(*) FROM pg_db_role_setting),
       (SELECT count(*) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
       (SELECT md5(string_agg(concat_ws(' ', relname, attname, atttypid, attnotnull), ',' ORDER BY relname, attnum))
        FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid WHERE relnamespace = 'public'::regnamespace)
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
_FIRST_NUMBERS = "SELECT setval(format('public.%I', sequencename), 1, false) FROM pg_sequences"


class PostgreSQLTemplate:
    """Migrated once; each database is made from it by the server, and emptied for the next who wants one.

    To empty one takes 5 ms, to make one some hundreds: the server writes each page of its catalogue.
    """

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._idle: list[str] = []
        self._execute(f"CREATE DATABASE {TEMPLATE}")
        asyncio.run(_migrate(self._url(TEMPLATE)))
        with self._connected(TEMPLATE) as connection:
            self._shape = connection.execute(_SHAPE).fetchone()
            tables = [name for (name,) in connection.execute(_TABLES)]
        # As a replica does, without a look at who refers to whom.
        deletions = [f"DELETE FROM {name}" for name in tables]
        self._emptying = "; ".join(["SET session_replication_role = replica", *deletions])

    def forget_power_cuts(self) -> None:
        """Write without waiting for the disk: the tests kill our processes, never the machine."""
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    def _execute(self, statement: str) -> None:
        with self._connected("postgres") as connection:
            connection.execute(statement.encode())

    def _connected(self, name: str) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self._uri.replace("/postgres?", f"/{name}?"), autocommit=True)

    def _url(self, name: str) -> str:
        return "postgresql+psycopg://" + self._uri.partition("://")[2].replace("/postgres?", f"/{name}?")

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Yield the URL of an empty database; *folder* is not used."""
        del folder
        name = self._idle.pop() if self._idle else self._made(TEMPLATE)
        yield self._url(name)
        if self._emptied(name):
            self._idle.append(name)
        else:
            self._drop(name)

    @contextmanager
    def copied(self, url: str, folder: Path) -> Iterator[str]:
        """Yield the URL of a copy of a database that nobody has open; *folder* is not used."""
        del folder
        name = self._made(_database_of(url))
        yield self._url(name)
        self._drop(name)

    def _made(self, template: str) -> str:
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def _drop(self, name: str) -> None:
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def _emptied(self, name: str) -> bool:
        """Empty a database that nobody needs any more; False when its tables are not what they were."""
        with self._connected(name) as connection:
            connection.execute(_END_OTHERS)
            if connection.execute(_SHAPE).fetchone() != self._shape:
                return False
            connection.execute(self._emptying.encode())
            connection.execute(_FIRST_NUMBERS)
        return True


def _database_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
