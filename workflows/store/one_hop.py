"""SQLite's driver with one call of its thread for each statement, where SQLAlchemy's adaption makes four.

aiosqlite runs everything in a thread of its connection. SQLAlchemy asks that thread for a cursor, to execute, for the
rows and to close, each a way there and back that takes longer than the statement. Here one function does all of it,
a transaction begins together with its first statement, and one that has ended is not ended once more.
"""

import collections
import sqlite3
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
    AsyncAdapt_aiosqlite_ss_cursor,
)
from sqlalchemy.util import immutabledict


class _Done(NamedTuple):
    """What is left of a cursor after its statement ran: it is closed already, and all its rows are here."""

    description: Any = None
    rowcount: int = -1
    lastrowid: int | None = None
    rows: Sequence[Any] = ()


def _one(connection: sqlite3.Connection, begin: str, statement: str, parameters: Any) -> _Done:
    if begin:
        connection.execute(begin)
    return _taken(connection.execute(statement, parameters or ()))


def _many(connection: sqlite3.Connection, begin: str, statement: str, parameters: Any) -> _Done:
    if begin:
        connection.execute(begin)
    return _taken(connection.executemany(statement, parameters))


def _taken(cursor: sqlite3.Cursor) -> _Done:
    rows = cursor.fetchall() if cursor.description else ()
    done = _Done(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    cursor.close()
    return done


class _Cursor(AsyncAdapt_aiosqlite_cursor):
    __slots__ = ("_done",)

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
        # The base would ask the thread for a cursor here.
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection  # noqa: SLF001 - as the base has it
        self._soft_closed_memoized = immutabledict()
        self._rows = collections.deque()
        self._done = _Done()

    @property
    def description(self) -> Any:
        return self._done.description

    @property
    def rowcount(self) -> int:
        return self._done.rowcount

    @property
    def lastrowid(self) -> Any:
        return self._done.lastrowid

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        await self._run(_one, operation, parameters)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> Any:
        await self._run(_many, operation, seq_of_parameters)

    async def _run(self, how: Any, operation: str, parameters: Any) -> None:
        driver: Any = self._connection
        adapted = cast("_Connection", self._adapt_connection)
        async with adapted._execute_mutex:  # noqa: SLF001 - as the base has it
            begin, adapted.begins = adapted.begins, ""
            # aiosqlite has no public way to run a function in the connection's thread.
            self._done = await driver._execute(how, driver._conn, begin, operation, parameters)  # noqa: SLF001
        self._rows = collections.deque(self._done.rows)

    async def _async_soft_close(self) -> None:
        """Nothing: it was closed as soon as its rows were taken."""

    def close(self) -> None:
        self._rows.clear()


class _StreamCursor(AsyncAdapt_aiosqlite_ss_cursor):
    """Asks the thread for each batch of rows; its transaction has to have begun before."""

    __slots__ = ()

    async def _execute_async(self, operation: Any, parameters: Any) -> Any:
        adapted = cast("_Connection", self._adapt_connection)
        if adapted.begins:
            begin, adapted.begins = adapted.begins, ""
            await super()._execute_async(begin, None)
        return await super()._execute_async(operation, parameters)


class _Connection(AsyncAdapt_aiosqlite_connection):
    __slots__ = ("begins",)
    _cursor_cls: Any = _Cursor
    _ss_cursor_cls = _StreamCursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self.begins = ""

    def begin(self, statement: str) -> None:
        """Begin a transaction with the next statement."""
        self.begins = statement

    def commit(self) -> None:
        if self._ends():
            super().commit()

    def rollback(self) -> None:
        if self._ends():
            super().rollback()

    def _ends(self) -> bool:
        """Forget a transaction that never began; say whether there is one that has to be ended."""
        self.begins = ""
        driver: Any = self._connection
        return bool(driver._connection) and driver.in_transaction  # noqa: SLF001 - as the base asks if it is closed


class OneHop(AsyncAdapt_aiosqlite_dbapi):
    """What ``create_async_engine`` takes as ``module`` in place of its own adaption of aiosqlite."""

    def __init__(self) -> None:
        super().__init__(aiosqlite, sqlite3)

    def connect(self, *arg: Any, **kw: Any) -> AsyncAdapt_aiosqlite_connection:
        opened = super().connect(*arg, **kw)
        return _Connection(self, opened._connection)  # noqa: SLF001
