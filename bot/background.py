"""Tasks that go on after a person was answered: kept, watched, and waited for at the end."""

import asyncio
import time
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import structlog

log = structlog.get_logger(__name__)


class Background:
    """Holds a reference to every task it started (the event loop itself would not) and logs what fails."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[Any]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def spawn(self, work: Coroutine[Any, Any, Any], *, name: str = "") -> asyncio.Task[Any]:
        """Run *work* beside everything else."""
        task = asyncio.create_task(work, name=name or None)
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    async def drain(self, limit: float) -> int:
        """Wait up to *limit* seconds for what runs, cancel the rest, and return how many had to be."""
        ends = time.monotonic() + limit
        while self._tasks and (left := ends - time.monotonic()) > 0:
            await asyncio.wait(self._tasks, timeout=left)  # what ends may have begun something else
        late = set(self._tasks)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        return len(late)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()) is not None:
            log.error("background_failed", task=task.get_name(), exc_info=problem)


@asynccontextmanager
async def beside(limit: float) -> AsyncIterator[Background]:
    """Hold tasks for the block; at its end wait for them, at most *limit* seconds."""
    background = Background()
    try:
        yield background
    finally:
        await background.drain(limit)
