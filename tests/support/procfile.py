"""The Procfile as a platform runs it: two web processes behind a balancer, two workers, by honcho."""

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from sandbox.scenario.hands import eventually
from tests.support.balancer import balanced
from tests.support.installation import ROOT, Installation

EACH = 2
APART = 100
"""Between the ports that honcho gives to one kind of process and to the next."""


@asynccontextmanager
async def formation(installation: Installation) -> AsyncIterator[None]:
    """Run the Procfile for the block; at its end everything must stop in order when it is asked to."""
    with _ports() as first:
        async with _started(installation, first):
            yield


@asynccontextmanager
async def _started(installation: Installation, first: int) -> AsyncIterator[None]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "honcho", "start", "--no-colour", "-e", os.devnull, "-p", str(first)),
        *("-c", f"web={EACH},worker={EACH}", "web", "worker"),
        cwd=ROOT,
        env={**os.environ, **installation.environment, "PATH": path},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    reading = asyncio.create_task(process.communicate())
    try:
        web, workers = ([first + apart + number for number in range(EACH)] for apart in (0, APART))
        await asyncio.gather(*(_ready(installation, port) for port in (*web, *workers)))
        await eventually(lambda: _seen(installation), "No worker has read the organisation.")
        async with balanced([f"http://127.0.0.1:{port}/slack/events" for port in web]) as url:
            installation.workspace.request_url = url
            yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        output = (await reading)[0].decode()
    assert "Traceback" not in output, output
    assert output.count('"event": "ready"') == 2 * EACH, output
    assert output.count('"event": "stopping"') == 2 * EACH, output
    assert "(rc=-15)" not in output, output


async def _ready(installation: Installation, port: int) -> None:
    async def answers() -> bool | None:
        with contextlib.suppress(httpx.HTTPError):
            return (await installation.http.get(f"http://127.0.0.1:{port}/readyz")).is_success or None
        return None

    await eventually(answers, f"Nothing is ready on port {port}.")


async def _seen(installation: Installation) -> bool | None:
    async with installation.database() as database, database.read() as work:
        return bool(await work.models()) or None


@contextlib.contextmanager
def _ports() -> Iterator[int]:
    """Yield a port that is free together with those that honcho counts on from it.

    The one before it stays bound for the block: who looks for ports at the same time, in another process of the
    tests, finds that taken and goes on.
    """
    wanted = [apart + number for apart in (0, APART) for number in range(EACH)]
    for first in range(12_001 + os.getpid() % 2_000, 20_000, EACH + 1):
        with contextlib.ExitStack() as kept:
            try:
                kept.enter_context(socket.socket()).bind(("127.0.0.1", first - 1))
                with contextlib.ExitStack() as probes:
                    for number in wanted:
                        probes.enter_context(socket.socket()).bind(("127.0.0.1", first + number))
            except OSError:
                continue
            yield first
            return
    raise AssertionError("There are no free ports.")
