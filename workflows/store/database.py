"""The engine, its transactions, and the migrations that make its tables."""

import asyncio
import contextlib
import copy
import math
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Self

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from workflows.store.bell import Bell, Topic
from workflows.store.one_hop import OneHop
from workflows.store.unit_of_work import UnitOfWork

BELIEVED = 1.0
"""Seconds after its last use in which a connection is not asked whether it is still there."""

MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = max(each.name[:4] for each in (MIGRATIONS / "versions").glob("[0-9]*.py"))
"""The newest revision; they are numbers of four digits."""


class Database:
    """One database; ``begin`` is the only way to change it.

    ``url`` is SQLAlchemy's: ``sqlite+aiosqlite:///file`` or ``postgresql+psycopg://…``.
    """

    workspace: str | None = None
    """The workspace whose rows are seen and written, by its id (empty: home); None sees all."""

    def __init__(self, url: str) -> None:
        self.engine = _engine(url)
        self.single = self.engine.dialect.name == "sqlite"
        self._writer = asyncio.Lock() if self.single else None
        self._bell = Bell(self.engine.url)

    def of(self, workspace: str) -> Self:
        """Return a view of the same database that sees, and writes, only what belongs to one *workspace*."""
        view = copy.copy(self)
        view.workspace = workspace
        return view

    def of_all(self) -> Self:
        """Return a view of the same database that sees what belongs to any workspace."""
        view = copy.copy(self)
        view.workspace = None
        return view

    def on_commit(self, listener: Callable[[], None], topic: Topic = "work") -> None:
        """Have *listener* called after each commit with news of *topic*, to wake whoever waits for it.

        News of other processes come while this one is ``listening``; none is promised, so look by yourself too.
        """
        self._bell.on(topic, lambda _subject: listener())

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Have *listener* called with the id of each project that somebody changed at OpenAI, in any process."""
        self._bell.on("changed", listener)

    @contextlib.asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hear of other processes' commits for the block; with SQLite there is no other process."""
        async with contextlib.nullcontext() if self.single else self._bell.listening():
            yield

    async def heard(self) -> None:
        """Wait until other processes are heard."""
        await self._bell.connected.wait()

    @contextlib.asynccontextmanager
    async def begin(self) -> AsyncIterator[UnitOfWork]:
        """Open one transaction: committed when the block ends, rolled back when it raises."""
        async with self._turn(), self.engine.begin() as connection:
            work = UnitOfWork(connection, self.workspace)
            yield work
            if not self.single:
                for news in work.news:
                    await self._bell.announce(connection, news)
        for news in work.news:
            self._bell.ring(news)

    @contextlib.asynccontextmanager
    async def read(self) -> AsyncIterator[UnitOfWork]:
        """Open a transaction that only reads one moment's truth; on SQLite it does not wait for writers."""
        async with self.engine.connect() as connection:
            level = {} if self.single else {"isolation_level": "REPEATABLE READ"}
            await connection.execution_options(reading=True, **level)
            async with connection.begin():
                yield UnitOfWork(connection, self.workspace)

    def _turn(self) -> contextlib.AbstractAsyncContextManager[Any]:
        # SQLite's own waiting for the write lock polls; inside one process a fair queue is faster.
        return self._writer if self._writer is not None else contextlib.nullcontext()

    async def migrate(self) -> None:
        """Bring the tables up to date."""
        async with self.engine.connect() as connection:
            await connection.run_sync(_upgrade)

    async def is_migrated(self) -> bool:
        """Whether the tables are those that this version needs, or newer ones: those fit the version before, too."""
        try:
            async with self.read() as work:
                return await work.schema_revision() >= HEAD
        except sa.exc.DBAPIError:  # there is no table of revisions
            return False

    async def ping(self) -> float:
        """Return how many seconds the database took to answer; raises SQLAlchemy's error when it does not."""
        started = time.monotonic()
        async with self.read() as work:
            await work.ping()
        return time.monotonic() - started

    async def close(self) -> None:
        await self.engine.dispose()


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        engine = create_async_engine(url)
        sa.event.listen(engine.sync_engine, "checkin", _note_use)
        sa.event.listen(engine.sync_engine, "checkout", _ping_after_a_rest)
        return engine
    engine = create_async_engine(url, module=OneHop())
    sa.event.listen(engine.sync_engine, "connect", _configure_sqlite)
    sa.event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def _note_use(_connection: Any, record: Any) -> None:
    record.info["used"] = time.monotonic()


def _ping_after_a_rest(connection: Any, record: Any, _proxy: Any) -> None:
    """Find out whether the server still knows a connection that rested; one that was used a moment ago is believed."""
    if time.monotonic() - record.info.get("used", math.inf) < BELIEVED:
        return
    try:
        connection.cursor().execute("SELECT 1")
        connection.rollback()
    except Exception as gone:
        raise sa.exc.InvalidatePoolError from gone  # all others met the same end: the pool makes new ones


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # The driver's own transactions begin too late (at the first write); ours begin in _begin_sqlite.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=15000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: sa.Connection) -> None:
    reading = connection.get_execution_options().get("reading", False)
    adapted: Any = connection.connection.dbapi_connection
    adapted.begin("BEGIN" if reading else "BEGIN IMMEDIATE")


def _upgrade(connection: sa.Connection) -> None:
    from alembic import command, config  # noqa: PLC0415 - 300 ms, and only a start that migrates needs it

    settings = config.Config()
    settings.set_main_option("script_location", str(MIGRATIONS))
    settings.attributes["connection"] = connection
    command.upgrade(settings, "head")
