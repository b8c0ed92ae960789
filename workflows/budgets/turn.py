"""Whose turn it is: one process among many collects and watches, and one that lost its turn writes nothing."""

import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

from workflows.errors import Conflict
from workflows.store import Database, UnitOfWork

LEASE = timedelta(minutes=10)
"""Longer than OpenAI's pace keeps one call waiting; each write takes the lease anew."""

NAME = "budgets"


class Turn:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, database: Database, now: Callable[[], datetime], name: str = NAME) -> None:
        self._database = database
        self._now = now
        self._name = name
        self._holder = uuid.uuid4().hex

    async def take(self) -> bool:
        """Take the turn, or keep it; False when another process has it."""
        now = self._now()
        async with self._database.begin() as work:
            return await work.lease(self._name, self._holder, now, now + LEASE)

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[UnitOfWork]:
        """Open a transaction that counts only while it is this process's turn. Raises ``Conflict``."""
        now = self._now()
        async with self._database.begin() as work:
            if not await work.lease(self._name, self._holder, now, now + LEASE):
                raise Conflict("Another process does this now.")
            yield work

    async def end(self) -> None:
        """Give the turn back: a clock that is wrong for a moment must not keep everybody out for a year."""
        async with self._database.begin() as work:
            await work.release(self._name, self._holder)
