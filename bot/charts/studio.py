"""Has charts drawn in another process: one at a time, within a time limit, to the harm of nobody who waits.

The process starts at the first chart and ends when nobody has asked for a while. It knows no secret: its environment is
made for it. A drawing that takes too long ends with its process; then nothing is drawn for a while, so that a broken
installation delays one message and not every one.
"""

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import structlog

from bot.charts.chart import Chart

LIMIT = 10.0
"""Seconds that a chart may take, and as long it may wait for its turn; usual are 0.2, and 2 to start the process."""

IDLE = 300.0
"""Seconds without a chart after which the process ends; it takes some 90 MB."""

REST = 60.0
"""Seconds in which nothing is drawn after a drawing failed."""

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "bot.charts")
PASSED_ON = (
    "HOME",
    "LANG",
    "LD_LIBRARY_PATH",
    "MPLCONFIGDIR",
    "PATH",
    "SYSTEMROOT",
    "TEMP",
    "TMPDIR",
    "XDG_CACHE_HOME",
)
log = structlog.get_logger(__name__)


class NotDrawn(Exception):
    """There is no picture; the text says why, for the log."""


class Studio:
    """``clock`` is monotonic seconds."""

    def __init__(
        self,
        *,
        limit: float = LIMIT,
        idle: float = IDLE,
        rest: float = REST,
        command: Sequence[str] = COMMAND,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._limit = limit
        self._idle = idle
        self._rest = rest
        self._command = command
        self._clock = clock
        self._turn = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._ending: asyncio.TimerHandle | None = None
        self._burials: set[asyncio.Task[None]] = set()
        self._rests_until = 0.0

    @property
    def pid(self) -> int | None:
        """The id of the process that draws, None while there is none."""
        return self._process.pid if self._process is not None else None

    async def draw(self, chart: Chart) -> bytes:
        """Return the PNG of *chart*. Raises ``NotDrawn``."""
        try:
            await asyncio.wait_for(self._turn.acquire(), self._limit)
        except TimeoutError:
            raise NotDrawn("too many charts are waited for") from None
        try:
            async with asyncio.timeout(self._limit):
                return await self._draw(chart)
        except TimeoutError:
            self._rests_until = self._clock() + self._rest
            raise NotDrawn(f"it was not drawn within {self._limit:g} s") from None
        finally:
            self._turn.release()

    async def close(self) -> None:
        """End the process, whatever it is at."""
        self._kill()
        await asyncio.gather(*self._burials)

    async def _draw(self, chart: Chart) -> bytes:
        if self._clock() < self._rests_until:
            raise NotDrawn("the last drawing failed a moment ago")
        self._keep()
        try:
            png = await self._ordered(chart)
        except (OSError, EOFError) as problem:
            self._kill()
            self._rests_until = self._clock() + self._rest
            raise NotDrawn(f"the process that draws is gone ({type(problem).__name__})") from None
        except BaseException:
            self._kill()  # too slow, or who asked is gone: what it still answers would be taken for the next chart
            raise
        self._ending = asyncio.get_running_loop().call_later(self._idle, self._kill)
        if not png:
            raise NotDrawn("matplotlib refused; its words are on the standard error")
        return png

    async def _ordered(self, chart: Chart) -> bytes:
        process = await self._running()
        if process.stdin is None or process.stdout is None:
            raise RuntimeError("The process was started without pipes.")
        process.stdin.write(chart.line())
        await process.stdin.drain()
        length = int.from_bytes(await process.stdout.readexactly(4), "big")
        return await process.stdout.readexactly(length)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                env=_environment(),
                start_new_session=True,  # Ctrl-C is for us; with us gone, the end of its input ends it
            )
            log.info("studio_opened", pid=self._process.pid)
        return self._process

    def _keep(self) -> None:
        if self._ending is not None:
            self._ending.cancel()
            self._ending = None

    def _kill(self) -> None:
        """Drop the process; it holds nothing that could be lost."""
        self._keep()
        process, self._process = self._process, None
        if process is not None:
            burial = asyncio.get_running_loop().create_task(_bury(process))
            self._burials.add(burial)
            burial.add_done_callback(self._burials.discard)


async def _bury(process: asyncio.subprocess.Process) -> None:
    """Kill a process, close what led to it and collect its exit code."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    if process.stdin is not None:
        process.stdin.close()
    await process.wait()


def _environment() -> dict[str, str]:
    """Return what the process may know: where Python and its folders are, no token and no key."""
    passed = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
    # One thread is enough for a picture; numpy would take one for each core, with the memory of each.
    return passed | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
