"""What the server under us lets us reach, if it is uvicorn: cut a connection, notice that it wants to stop."""

import asyncio
from typing import Any

from starlette.requests import Request


async def cut(request: Request) -> None:
    """Cut the connection of *request* without an answer; does nothing on a server that hides its transport."""
    transport = getattr(_cycle(request), "transport", None)
    if transport is not None:
        transport.abort()
        await asyncio.sleep(0)  # lets the server notice, so that what we return goes nowhere


class Ending:
    """Call it to learn whether the server is about to stop; endless answers have to ask, or they hold it up."""

    def __init__(self, request: Request) -> None:
        self._cycle = _cycle(request)
        self._kept_alive = getattr(self._cycle, "keep_alive", False)

    def __call__(self) -> bool:
        return bool(self._kept_alive) and not getattr(self._cycle, "keep_alive", True)


def _cycle(request: Request) -> Any:
    """Return uvicorn's record of this request and its answer; ASGI itself has no word for either need."""
    return getattr(request.receive, "__self__", None)
