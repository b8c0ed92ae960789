"""The database of a command: opened, migrated if asked, and refused with a sentence when it cannot be used."""

import contextlib
import fcntl
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO

from bot.cli.ending import CannotRun
from bot.settings import Storage
from workflows.store import Database, UnitOfWork

ONE_PROCESS = "SQLite is for one process; for more, let DATABASE_URL name a PostgreSQL database"
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
    if not await database.is_migrated():
        raise CannotRun(NO_TABLES)
    async with database.read() as work:
        yield work


@contextlib.asynccontextmanager
async def up_to_date(settings: Storage, *, migrate: bool) -> AsyncIterator[Database]:
    """Open a database that has its tables, made now if *migrate*. Raises ``CannotRun``."""
    async with opened(settings, migrate=migrate) as database:
        if not migrate:
            async with usable(database):
                pass
        yield database


def needs_server(settings: Storage, part: str) -> None:
    """Check that other processes can work beside this *part* of the bot. Raises ``CannotRun``."""
    if settings.secret("database_url").startswith("sqlite"):
        raise CannotRun(f"`{part}` is one process of several, and {ONE_PROCESS}. With SQLite use `run`")


@contextlib.contextmanager
def alone(settings: Storage) -> Iterator[None]:
    """Have a SQLite file for this process alone, for the block; the lock ends with the process, however it ends.

    Raises ``CannotRun``.
    """
    _, is_file, path = settings.secret("database_url").partition("sqlite+aiosqlite:///")
    if not is_file:
        yield
        return
    with _lock_file(Path(path)) as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(f"Another process works on {Path(path).name} already: {ONE_PROCESS}") from None
        yield


def _lock_file(path: Path) -> IO[bytes]:
    try:
        return path.with_name(f"{path.name}.lock").open("ab")
    except OSError:
        raise CannotRun("DATABASE_URL names a file in a folder that cannot be written to") from None


def there(url: str, *, folder: bool = False) -> bool:
    """Whether a database's file is there, or its *folder*: SQLite makes the file that it is asked for."""
    _, is_file, path = url.partition("sqlite+aiosqlite:///")
    return not is_file or (Path(path).parent if folder else Path(path)).exists()


def _reason(problem: Exception) -> str:
    """Return the first line of a driver's message, which has no password in it."""
    cause = getattr(problem, "orig", None) or problem
    return (str(cause).strip().splitlines() or [type(problem).__name__])[0]
