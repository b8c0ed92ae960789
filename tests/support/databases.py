"""Fresh, migrated databases: SQLite files, and databases of a real PostgreSQL started from its wheel."""

import asyncio
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from workflows.store import Database


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
        path = folder / "countersign.db"
        shutil.copy(self._file, path)
        yield sqlite_url(path)


class PostgreSQLTemplate:
    """Migrated once; each database is made from it by the server, and dropped."""

    def __init__(self, uri: str) -> None:
        self._uri = uri
        self._execute("CREATE DATABASE template_countersign")
        asyncio.run(_migrate(self._url("template_countersign")))

    def _execute(self, statement: str) -> None:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            connection.execute(statement.encode())

    def _url(self, name: str) -> str:
        return "postgresql+psycopg://" + self._uri.partition("://")[2].replace("/postgres?", f"/{name}?")

    @contextmanager
    def fresh(self, folder: Path) -> Iterator[str]:
        """Yield the URL of a new database; *folder* is not used."""
        del folder
        name = f"test_{uuid.uuid4().hex[:12]}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE template_countersign")
        yield self._url(name)
        self._execute(f"DROP DATABASE {name} WITH (FORCE)")
