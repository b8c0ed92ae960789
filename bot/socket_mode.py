"""Socket Mode: two connections, each watched and built anew when it goes deaf."""

import asyncio
import contextlib
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import structlog
from slack_bolt.adapter.socket_mode.websockets import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp

from bot.slack_api import FAILURES, problem_of

log = structlog.get_logger(__name__)

CONNECTIONS = 2
"""Of the ten Slack allows; it sends each envelope to any one of them."""

PATIENCE = 30.0
"""Seconds without a connection before it is built anew: the SDK's own reconnecting had its chance."""

PING = 5.0
"""Seconds between pings, and between the SDK's looks at its connection."""

LONGEST_PAUSE = 30.0
"""Seconds between two attempts to connect."""

TICKS = 5


class _Handler(AsyncSocketModeHandler):
    """Bolt's handler, which also knows how many envelopes it is answering."""

    def __init__(self, app: AsyncApp, app_token: str) -> None:
        super().__init__(app, app_token, ping_interval=PING)
        self._answering = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def handle(self, client: Any, req: Any) -> None:
        self._answering += 1
        self._idle.clear()
        try:
            await super().handle(client, req)
        finally:
            self._answering -= 1
            if not self._answering:
                self._idle.set()

    async def connected(self) -> bool:
        return await self.client.is_connected()

    async def connect(self) -> None:
        """Open the connection; raises whatever went wrong."""
        await self.client.connect()  # type: ignore[no-untyped-call] # the SDK left it out

    async def finish(self, limit: float) -> None:
        """Stop reading, answer what was read for up to *limit* seconds, then close."""
        if self.client.message_receiver is not None:
            self.client.message_receiver.cancel()
        for _ in range(TICKS):
            await asyncio.sleep(0)  # what was read already goes from the SDK's queue to handle()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), limit)
        await self.close()

    async def close(self) -> None:
        with contextlib.suppress(Exception):  # a connection that is broken already has nothing to say
            await self.client.close()  # type: ignore[no-untyped-call] # the SDK left it out
        tasks = (self.client.message_processor, self.client.current_session_monitor, self.client.message_receiver)
        await asyncio.gather(*(task for task in tasks if task is not None), return_exceptions=True)


class SocketMode:
    """Keeps the connections for as long as the block lasts: ``async with SocketMode(…) as sockets``.

    ``patience`` and ``look_every`` are seconds.
    """

    def __init__(
        self,
        *,
        app: AsyncApp,
        app_token: str,
        connections: int = CONNECTIONS,
        patience: float = PATIENCE,
        look_every: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._app = app
        self._app_token = app_token
        self._patience = patience
        self._look_every = look_every
        self._clock = clock
        self._handlers: list[_Handler | None] = [None] * connections
        self._watchers: list[asyncio.Task[None]] = []
        self.rebuilt = 0
        self.opened = asyncio.Event()
        """Set once a connection has been open for the first time."""
        self._first: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Self:
        self._watchers = [asyncio.create_task(self._keep(slot)) for slot in range(len(self._handlers))]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        del kind, error, trace
        await self.close()

    async def first_attempt(self, limit: float) -> str:
        """Wait up to *limit* seconds for how the first attempt ended: Slack's error code, or nothing when it worked."""
        done, _ = await asyncio.wait({self._first}, timeout=limit)
        return self._first.result() if done else "no answer"

    async def connected(self) -> int:
        """Return how many connections are open now."""
        return sum([await handler.connected() for handler in self._handlers if handler is not None])

    async def close(self, limit: float = 5.0) -> None:
        """Stop taking, answer what was taken for up to *limit* seconds, and close."""
        for watcher in self._watchers:
            watcher.cancel()
        await asyncio.gather(*self._watchers, return_exceptions=True)
        await asyncio.gather(*(handler.finish(limit) for handler in self._handlers if handler is not None))
        self._handlers = [None] * len(self._handlers)

    async def _keep(self, slot: int) -> None:
        """Hold one connection open for ever: connect, watch, and begin again when it stays away."""
        failures = 0
        while True:
            handler = self._handlers[slot] = _Handler(self._app, self._app_token)
            try:
                await handler.connect()
            except Exception as error:  # noqa: BLE001 - whatever broke it, the watchdog goes on
                failures += 1
                self._heard(_says(error))
                log.warning("socket_not_connected", slot=slot, problem=_says(error))
            else:
                failures = 0
                self.opened.set()
                self._heard("")
                await self._watch(handler)
                self.rebuilt += 1
                log.warning("socket_rebuilt", slot=slot, patience=self._patience)
            self._handlers[slot] = None
            await handler.close()
            await asyncio.sleep(min(LONGEST_PAUSE, 2.0**failures - 1))

    def _heard(self, problem: str) -> None:
        if not self._first.done():
            self._first.set_result(problem)

    async def _watch(self, handler: _Handler) -> None:
        """Return when *handler* has been without a connection for longer than our patience."""
        heard = self._clock()
        while self._clock() - heard <= self._patience:
            await asyncio.sleep(self._look_every)
            if await handler.connected():
                heard = self._clock()


def _says(error: Exception) -> str:
    return str(problem_of(error)) if isinstance(error, FAILURES) else type(error).__name__
