"""The database of a command: opened, migrated if asked, and refused with a sentence when it cannot be used."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from bot.cli.ending import CannotRun
from bot.settings import Storage
from workflows.store import Database, UnitOfWork

NO_TABLES = "The database has no tables yet, or old ones: run `python -m bot migrate` first"


@contextlib.asynccontextmanager
async def opened(settings: Storage, *, migrate: bool = False) -> AsyncIterator[Database]:
    """Open the database, after bringing its tables up to date if *migrate*. Raises ``CannotRun``."""
    url = settings.secret("database_url")
    if not migrate and not there(url):
        raise CannotRun(NO_TABLES)
    if not there(url, folder=True):
        raise CannotRun("DATABASE_URL names a database in a folder that does not exist: make the folder first")
    database = Database(url)
    try:
        try:
            await (database.migrate() if migrate else database.ping())
        except Exception as problem:  # noqa: BLE001 - the driver's own errors stay behind the store
            raise CannotRun(f"DATABASE_URL names a database that cannot be used: {_reason(problem)}") from None
        yield database
    finally:
        await database.close()


@contextlib.asynccontextmanager
async def usable(database: Database) -> AsyncIterator[UnitOfWork]:
    """Open a transaction that reads, on a database that has its tables. Raises ``CannotRun``."""
    async with database.read() as work:
        try:
            await work.outbox_backlog()
        except Exception:  # noqa: BLE001 - whichever driver says so, the tables are not there
            raise CannotRun(NO_TABLES) from None
        yield work


@contextlib.asynccontextmanager
async def up_to_date(settings: Storage, *, migrate: bool) -> AsyncIterator[Database]:
    """Open a database that has its tables, made now if *migrate*. Raises ``CannotRun``."""
    async with opened(settings, migrate=migrate) as database:
        if not migrate:
            async with usable(database):
                pass
        yield database


def there(url: str, *, folder: bool = False) -> bool:
    """Whether a database's file is there, or its *folder*: SQLite makes the file that it is asked for."""
    _, is_file, path = url.partition("sqlite+aiosqlite:///")
    return not is_file or (Path(path).parent if folder else Path(path)).exists()


def _reason(problem: Exception) -> str:
    """Return the first line of a driver's message, which has no password in it."""
    cause = getattr(problem, "orig", None) or problem
    return (str(cause).strip().splitlines() or [type(problem).__name__])[0]
