"""How a command ends: asked to stop, or unable to go on."""

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator

FAILED = 1
MISUSED = 2
"""Exit codes: it did not work; it was called wrongly."""


class CannotRun(Exception):
    """The command cannot do its work; the text is one sentence for whoever typed it."""


@contextlib.asynccontextmanager
async def until_asked() -> AsyncIterator[asyncio.Event]:
    """Yield an event that SIGTERM or SIGINT sets; a second signal ends the process at once."""
    asked = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask() -> None:
        if asked.is_set():
            os._exit(130)
        asked.set()

    for each in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(each, ask)
    try:
        yield asked
    finally:
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)
