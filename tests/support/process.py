"""The bot in a process of its own."""

import asyncio
import contextlib
import os
import shlex
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx

from sandbox.scenario.hands import eventually
from tests.support.installation import ROOT, Installation


class Process:
    """The bot as an operator runs it: ``python -m bot <command>`` in a process of its own."""

    def __init__(
        self,
        installation: Installation,
        command: str,
        *,
        port: int | None = None,
        folder: Path = ROOT,
        without: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        module: Sequence[str] = ("bot",),
    ) -> None:
        """*without* names variables that this process does not get; *environment* is in place of *installation*'s.

        *module*, with its arguments, runs the command in place of the bot's own.
        """
        given = environment or installation.environment
        self._installation = installation
        self.command = command
        self._arguments = [sys.executable, "-m", *module, *shlex.split(command)]
        self._folder = folder
        self.port = port or installation.port
        self.output = ""
        self._environment = {**os.environ, **given, "PORT": str(self.port), "PYTHONPATH": str(ROOT)}
        for name in without:
            self._environment.pop(name, None)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, *, ready: bool = True) -> "Process":
        self._process = await asyncio.create_subprocess_exec(
            *self._arguments,
            cwd=self._folder,
            env=self._environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        if ready:
            try:
                await eventually(self._ready, f"{self._arguments} did not become ready.")
            except TimeoutError as late:
                self.kill()
                await self.ended()
                raise TimeoutError(f"{late} {self.output}") from None
        return self

    async def _ready(self) -> bool | None:
        with contextlib.suppress(httpx.HTTPError):
            answer = await self._installation.http.get(f"http://127.0.0.1:{self.port}/readyz")
            return answer.status_code == httpx.codes.OK or None
        return None

    def kill(self) -> None:
        """SIGKILL: nothing of the process gets to say goodbye."""
        self.signal(signal.SIGKILL)

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        assert self._process is not None
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)

    async def ended(self) -> int:
        """Wait for the process's end and return its exit code."""
        assert self._process is not None
        self.output = (await self._process.communicate())[0].decode()
        code = self._process.returncode
        assert code is not None
        return code

    async def stop(self) -> int:
        """SIGTERM, as a platform asks for an end; returns the exit code."""
        self.signal(signal.SIGTERM)
        return await self.ended()
