"""All that goes wrong: processes killed, the database restarted, Slack and OpenAI at their worst, wrong clocks."""

import asyncio
import contextlib
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import httpx

from tests.faults.chaos.postgres import Server
from tests.support.installation import Installation
from tests.support.ports import free_ports
from tests.support.process import Process

PAUSE = (0.3, 1.5)
"""Seconds between two blows."""

CRASHES = 2
"""How often the database is restarted at the most: each time everybody waits for it."""


class Storm:
    """What strikes while it is ``raging``, and the processes that it strikes; ``blows`` counts what it did."""

    def __init__(self, acme: Installation, server: Server, dice: random.Random) -> None:
        self._acme = acme
        self._server = server
        self._dice = dice
        self.transport = acme.transport
        self.blows: Counter[str] = Counter()
        self.processes: list[Process] = []
        self.outputs: list[str] = []

    @contextlib.asynccontextmanager
    async def among(self, commands: Sequence[str]) -> AsyncIterator[None]:
        """Have these processes for the block; whatever is left of them at its end is killed."""
        # Each keeps its port: of hundreds of starts, one would meet a port that a connection took meanwhile.
        first = free_ports(len(commands))
        starts = [self._started(command, first + number) for number, command in enumerate(commands)]
        self.processes = list(await asyncio.gather(*starts))
        try:
            yield
        finally:
            for each in self.processes:
                each.kill()

    @contextlib.asynccontextmanager
    async def raging(self) -> AsyncIterator[None]:
        """Strike for the block; after it nothing more goes wrong, and everything that was ended runs again."""
        over = asyncio.Event()
        striking = asyncio.create_task(self._rage(over))
        try:
            yield
        finally:
            # Asked, not cancelled: whoever was killed last would never be started again.
            over.set()
            await striking
        await self._calm()

    async def stop(self) -> list[int]:
        """Ask every process to end; returns their exit codes."""
        codes = await asyncio.gather(*(each.stop() for each in self.processes))
        self.outputs += [each.output for each in self.processes]
        return list(codes)

    async def _rage(self, over: asyncio.Event) -> None:
        blows: list[tuple[Callable[[], Awaitable[None]], int]] = [
            (self._kill, 3),
            (self._restart_database, 1),
            (self._disconnect, 2 if self.transport == "socket" else 0),
            (self._deliver_twice, 4),
            (self._slack_errs, 4),
            (self._openai_errs, 8),
            (self._move_clocks, 2),
        ]
        strikes, weights = [each for each, _ in blows], [weight for _, weight in blows]
        first = [each for each, weight in blows if weight]  # also the shortest storm has each of them
        self._dice.shuffle(first)
        while not over.is_set():
            await asyncio.sleep(self._dice.uniform(*PAUSE))
            strike = first.pop() if first else self._dice.choices(strikes, weights)[0]
            with contextlib.suppress(httpx.HTTPError):
                await strike()

    async def _calm(self) -> None:
        await self._acme.fault("slack", clear=True)
        (await self._acme.http.delete(f"{self._acme.openai_url}/_sandbox/faults")).raise_for_status()

    async def _started(self, command: str, port: int) -> Process:
        keyless = ["OPENAI_ADMIN_KEY"] if command == "web" else []
        module = ["tests.faults.chaos.late", str(self._dice.randrange(1_000_000))]
        return await Process(self._acme, command, port=port, without=keyless, module=module).start()

    async def _kill(self) -> None:
        number = self._dice.randrange(len(self.processes))
        victim = self.processes[number]
        self.blows[f"SIGKILL {victim.command}"] += 1
        victim.kill()
        await victim.ended()
        self.outputs.append(victim.output)
        self.processes[number] = await self._started(victim.command, victim.port)

    async def _restart_database(self) -> None:
        if self._server.restarts < CRASHES:
            self.blows["PostgreSQL crashed"] += 1
            await self._server.crash()

    async def _disconnect(self) -> None:
        self.blows["Slack disconnected"] += 1
        await self._acme.fault("slack", disconnect=self._dice.choice([True, "warning", "abrupt"]))
        await self._acme.fault("slack", refuse_tickets=self._dice.randint(0, 2))

    async def _deliver_twice(self) -> None:
        self.blows["delivered again"] += 1
        await self._acme.fault("slack", redeliver=self._dice.randint(1, 4), drop_acks=self._dice.randint(0, 2))

    async def _slack_errs(self) -> None:
        self.blows["Slack's API erred"] += 1
        method = self._dice.choice(["chat.postMessage", "chat.update", "users.info", "conversations.replies"])
        how: dict[str, Any] = self._dice.choice(
            [{"error": "ratelimited"}, {"error": "internal_error"}, {"drop": "before"}, {"drop": "after"}]
        )
        await self._acme.fault("slack", methods=[{"method": method, "times": self._dice.randint(1, 3), **how}])

    async def _openai_errs(self) -> None:
        fault: dict[str, Any] = self._dice.choice(
            [
                {"fault": "rate_limited"},
                {"fault": "server_error", "when": "before_commit"},
                {"fault": "server_error", "when": "after_commit"},
                {"fault": "cut", "when": "after_commit"},
                {"fault": "cut", "when": "before_commit"},
                {"fault": "delay", "when": "after_commit", "seconds": 2},
                {"fault": "no_answer", "when": "after_commit"},
            ]
        )
        self.blows[f"OpenAI: {fault['fault']}"] += 1
        await self._acme.fault("openai", **fault, count=self._dice.randint(1, 3))

    async def _move_clocks(self) -> None:
        """Set the clock of one of our machines to another time, and let OpenAI's be wrong by more and more."""
        self.blows["clocks moved"] += 1
        self._dice.choice(self.processes).signal(signal.SIGUSR1)
        seconds = self._dice.randint(5, 90)
        await self._acme.http.post(f"{self._acme.openai_url}/_sandbox/clock", json={"advance_seconds": seconds})
