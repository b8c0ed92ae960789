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


class PostgreSQLTemplate:
    """Migrated once; each database is made from it by the server, and dropped."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._execute("CREATE DATABASE template_countersign")
        asyncio.run(_migrate(self._url("template_countersign")))

    def forget_power_cuts(self) -> None:
        """Write without waiting for the disk: the tests kill our processes, never the machine."""
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._execute(f"ALTER SYSTEM SET {setting} = off")
        self._execute("SELECT pg_reload_conf()")

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _url(self, name: str) -> str:
        return "postgresql+psycopg://" + self._uri.partition("://")[2].replace("/postgres?", f"/{name}?")

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a new database; *folder* is not used."""
        with self.copied(self._url("template_countersign"), folder) as url:
            yield url

    @contextmanager
    def copied(self, url: str, folder: Path) -> Iterator[str]:
        """Yield the URL of a copy of a database that nobody has open; *folder* is not used."""
        del folder
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {_database_of(url)}")
        yield self._url(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")


def _database_of(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
