"""The commands that serve, in processes of their own, and a world of both sandboxes for them."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from bot.settings import Settings
from sandbox.scenario.hands import Hands
from tests.bot.workplace import MANIFEST, until
from tests.support.ports import free_ports

ROOT = Path(__file__).parents[2]
PATIENCE = 40.0


class Command:
    """A running command, and what it has said so far."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process
        self.out: list[str] = []
        self.err: list[str] = []
        self._readers = [
            asyncio.create_task(self._read(process.stdout, self.out)),
            asyncio.create_task(self._read(process.stderr, self.err)),
        ]

    async def _read(self, stream: asyncio.StreamReader | None, lines: list[str]) -> None:
        assert stream is not None
        while line := await stream.readline():
            lines.append(line.decode())

    async def says(self, words: str) -> str:
        """Wait for a line that holds *words* and return it."""

        def found() -> list[str]:
            return [each for each in [*self.out, *self.err] if words in each]

        await until(lambda: found() or self.process.returncode is not None, PATIENCE)
        assert found(), "".join(self.err)
        return found()[0]

    async def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop and return its exit code."""
        if self.process.returncode is None:
            self.process.send_signal(how)
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
            await asyncio.gather(*self._readers)
        return code


Start = Callable[..., Awaitable[Command]]


@asynccontextmanager
async def starting(tmp_path: Path) -> AsyncIterator[Start]:
    """Start ``python -m bot …`` in an environment that has only what is given."""
    names = {name.upper() for name in Settings.model_fields}
    bare = {name: value for name, value in os.environ.items() if name not in names}
    running: list[Command] = []

    async def start(*arguments: str, **environment: str) -> Command:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", *arguments),
            cwd=tmp_path,
            env=bare | {"PYTHONPATH": str(ROOT)} | environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        running.append(Command(process))
        return running[-1]

    try:
        yield start
    finally:
        for each in running:
            if each.process.returncode is None:
                each.process.kill()
            await each.stop()


class World:
    """Both sandboxes as processes, and the environment of a bot that lives in them."""

    def __init__(self, slack: dict[str, Any], openai: dict[str, Any], **more: str) -> None:
        self.slack = slack
        self.environment: dict[str, str] = slack["environment"] | openai["environment"] | more

    @asynccontextmanager
    async def office(self) -> AsyncIterator[Hands]:
        async with httpx.AsyncClient(base_url=self.slack["sandbox_url"], trust_env=False, timeout=20) as http:
            yield await Hands.of(http)


async def helped(hands: Hands) -> None:
    """Wait until the bot answers Dana's ``/openai help``."""

    async def answered() -> bool:
        return "/openai mine" in json.dumps((await hands.command("dana", "help")).get("ephemeral"))

    await until(answered, PATIENCE)


@asynccontextmanager
async def world(start: Start, tmp_path: Path, **more: str) -> AsyncIterator[World]:
    """Start both sandboxes; with ``http="1"``, Slack delivers to the bot's port instead of by Socket Mode."""
    port = free_ports(3)
    url = f"http://127.0.0.1:{port + 2}/slack/events"
    http_mode = ["--request-url", url] if "http" in more else []
    slack = await start("sandbox", "slack", "--port", str(port), "--manifest", str(MANIFEST), *http_mode)
    openai = await start("sandbox", "openai", "--port", str(port + 1), "--admin-key", "sk-admin-known")
    said = [json.loads(await each.says("{")) for each in (slack, openai)]
    made = World(*said, DATABASE_URL=f"sqlite:///{tmp_path}/countersign.db", PORT=str(port + 2))
    if http_mode:
        del made.environment["SLACK_APP_TOKEN"]
    yield made
    assert [await slack.stop(), await openai.stop()] == [0, 0]
