"""Serve an ASGI application on loopback, inside the running event loop."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any

import uvicorn

HOST = "127.0.0.1"


GRACE = 2.0
"""Seconds that requests may still take when the block is over."""

SOON = 0.002
"""Seconds between two looks whether something has happened."""


class _Server(uvicorn.Server):
    """A uvicorn that leaves the process's signals to whoever runs the process, and ends at once.

    Uvicorn itself looks every tenth of a second whether it is to end, and takes another tenth to end: minutes, over
    thousands of tests.
    """

    ending: asyncio.Event

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield

    async def main_loop(self) -> None:
        while not self.ending.is_set():
            await self.on_tick(0)  # writes the date that answers carry
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self.ending.wait(), 1.0)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or ():
            listener.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(GRACE):
                while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - it has no event
                    await asyncio.sleep(SOON)
                for server in self.servers:
                    await server.wait_closed()
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()


@contextlib.asynccontextmanager
async def serving(app: Any, port: int = 0) -> AsyncIterator[str]:
    """Serve *app* on 127.0.0.1 (port 0: any free one) and yield its address without a trailing slash.

    Raises ``OSError`` when the port is taken.
    """
    # With the protocol named, asyncio sends small answers at once instead of waiting for more (TCP_NODELAY).
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="on")
    server = _Server(config)
    server.ending = asyncio.Event()
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if running.done():
                await running
                raise OSError(f"The server on port {port} did not start.")
            await asyncio.sleep(SOON)
        yield f"http://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.ending.set()
        await running
        listener.close()
