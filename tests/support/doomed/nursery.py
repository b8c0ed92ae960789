"""Where workers of the fault tests are born: orders in, what became of them out."""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.doomed.order import Order, Said

ROOT = Path(__file__).parents[3]
KILLED = -signal.SIGKILL


@dataclass(kw_only=True)
class Life:
    """One worker's life as far as it is known."""

    born: asyncio.Future[int]
    ended: asyncio.Future[int]
    points: list[str] = field(default_factory=list)

    async def kill(self) -> None:
        """Kill it from outside: nothing of it gets to say goodbye."""
        os.kill(await self.born, signal.SIGKILL)


class Nursery:
    """Starts workers; see ``nursery``."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._lives: dict[str, Life] = {}

    def start(self, order: Order) -> Life:
        loop = asyncio.get_running_loop()
        life = self._lives[order.name] = Life(born=loop.create_future(), ended=loop.create_future())
        assert self._process.stdin is not None
        self._process.stdin.write(order.model_dump_json().encode() + b"\n")
        return life

    async def run(self, order: Order) -> tuple[int, list[str]]:
        """Have the order lived to its end; returns the exit code and the points that were reached."""
        life = self.start(order)
        return await life.ended, life.points

    async def listen(self) -> None:
        assert self._process.stdout is not None
        while line := await self._process.stdout.readline():
            said = Said.model_validate_json(line)
            life = self._lives[said.name]
            if said.point is not None:
                life.points.append(said.point)
            if said.born is not None:
                life.born.set_result(said.born)
            if said.code is not None:
                life.ended.set_result(said.code)


@contextlib.asynccontextmanager
async def nursery() -> AsyncIterator[Nursery]:
    """Run the process that forks workers, for the block."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.doomed",
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    opened = Nursery(process)
    listening = asyncio.create_task(opened.listen())
    try:
        yield opened
    finally:
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        await listening
