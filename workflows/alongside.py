"""Work that goes on beside a block and ends with it."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Coroutine


@contextlib.asynccontextmanager
async def alongside(work: Coroutine[object, object, None], name: str) -> AsyncIterator[None]:
    """Run *work*, which has no end of its own, for the block; at its end cut it off and wait until it is gone."""
    task = asyncio.create_task(work, name=name)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
