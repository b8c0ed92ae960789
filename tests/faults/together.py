"""Many lives at once, but not more than the machine has processors for."""

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

AT_ONCE = 6

T = TypeVar("T")


async def together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what all of them return, each having waited for its turn; when one fails, the others end first."""
    places = asyncio.Semaphore(AT_ONCE)

    async def in_turn(work: Coroutine[Any, Any, T]) -> T:
        try:
            async with places:
                return await work
        finally:
            work.close()  # one that never got its turn has nothing to wait for

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(in_turn(each)) for each in works]
    return [each.result() for each in tasks]
