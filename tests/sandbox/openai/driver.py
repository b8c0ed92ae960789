"""The official SDK behind one face, whichever of its two clients drives."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any


class Driver:
    """Every call is awaited; those of the blocking client run in a thread."""

    def __init__(self, resource: Any) -> None:
        self._resource = resource

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._resource, name)
        return self._calling(found) if inspect.ismethod(found) else Driver(found)

    @property
    def _asynchronous(self) -> bool:
        return "Async" in type(self._resource).__name__

    async def every(self, *args: Any, **query: Any) -> list[Any]:
        """All items of ``list`` over as many pages as there are."""
        if self._asynchronous:
            return [item async for item in self._resource.list(*args, **query)]
        return await asyncio.to_thread(lambda: list(self._resource.list(*args, **query)))

    def _calling(self, method: Callable[..., Any]) -> Callable[..., Any]:
        async def call(*args: Any, **kwargs: Any) -> Any:
            if self._asynchronous:
                return await method(*args, **kwargs)
            return await asyncio.to_thread(method, *args, **kwargs)

        return call
