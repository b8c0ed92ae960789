"""A day of a company of five thousand people, with the clock moved: what the bot's memory does, and what is left over.

The bot runs in a process of its own whose clock is moved on as soon as it has nothing to do (``tests.bench.aged``);
both local servers' clocks go with it.
"""

import asyncio
import contextlib
import os
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import psutil
import sqlalchemy as sa

from sandbox.scenario.company import address
from tests.bench.table import Row
from tests.support.databases import SQLiteTemplate
from tests.support.installation import ROOT, Installation, installed
from workflows.store import tables

PEOPLE, PROJECTS = 5_000, 300
ASKING, LOOKING = 500, 700
"""Requests, and looks at Home or a command, on a day; most of them between nine and six."""

UNDECIDED = 0.1
"""The part of the requests that nobody gets round to."""

HOURS, STEP = 24, 60

MOMENT = 0.2
"""Seconds that pass for the bot whenever somebody has waited for it as long in earnest."""

WARM = 4
"""Hours after which everything that is kept at all has been there once."""

SEED = 24


@dataclass
class Day:
    """What happens when: seconds from the day's beginning → what somebody does then."""

    acme: Installation
    dice: random.Random
    owners: dict[str, str]
    """Each project's id → its owner's name."""

    plan: dict[int, list[Callable[[], Awaitable[None]]]] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)

    def draw_up(self) -> None:
        for _ in range(ASKING):
            self._at(self._moment(), self._ask)
        for _ in range(LOOKING):
            self._at(self._moment(), self._look)

    async def live(self, minute: int, bot: "Aged") -> None:
        for act in self.plan.pop(minute, ()):
            doing = asyncio.ensure_future(act())
            # Time goes on while somebody waits: a call that keeps OpenAI's pace would never be made.
            while not (await asyncio.wait({doing}, timeout=MOMENT))[0]:
                await bot.passes(MOMENT)
            try:
                await doing
            except (httpx.HTTPError, TimeoutError) as problem:
                self.done[f"did not work: {type(problem).__name__}"] += 1

    def _moment(self) -> int:
        hour = self.dice.gauss(13, 3) if self.dice.random() < 0.9 else self.dice.uniform(0, 24)
        return int(min(max(hour, 0.0), 23.5) * 60)

    def _at(self, minute: int, act: Callable[[], Awaitable[None]]) -> None:
        self.plan.setdefault(minute, []).append(act)
        self._now = minute

    def _anybody(self) -> str:
        return f"p{self.dice.randrange(PEOPLE):04}"

    async def _look(self) -> None:
        hands, who = self.acme.hands, self._anybody()
        if self.dice.random() < 0.5:
            await hands.get("/home", user=hands.users[who])
        else:
            await hands.command(who, self.dice.choice(["mine", "help", "waiting"]))
        self.done["looked"] += 1

    async def _ask(self) -> None:
        who, (project, owner) = self._anybody(), self.dice.choice(list(self.owners.items()))
        if who == owner:
            return
        hands = self.acme.hands
        await hands.command(who, "budget")
        form = await hands.form(who, 5)
        amount = self.dice.randrange(501, 590)
        if amount * 100 == await self.acme.limit(project):
            amount += 1  # what is so already is refused
        values = {"project": project, "monthly_limit": str(amount), "reason": "More is used."}
        answer = await hands.post("/submit", user=hands.users[who], view_id=form["id"], values=values)
        self.done["asked" if answer.get("ok") else f"not taken: {answer.get('errors') or answer.get('error')}"] += 1
        if answer.get("ok") and self.dice.random() > UNDECIDED:
            later = self._minute + 2 + int(self.dice.expovariate(1 / 45))
            self.plan.setdefault(later, []).append(lambda: self._decide(hands.users[who], owner))

    async def _decide(self, requester: str, owner: str) -> None:
        """Approve the oldest request of this person that waits for the owner."""
        found = await self._standing(requester)
        if found is None:
            self.done["nothing to decide"] += 1
            return
        channel, ts = found
        hands = self.acme.hands
        await hands.post("/action", user=hands.users[owner], channel=channel, ts=ts, action_id="approve")
        self.done["decided"] += 1

    async def _standing(self, requester: str) -> tuple[str, str] | None:
        requests, posted = tables.requests, tables.posted
        query = (
            sa.select(posted.c.channel, posted.c.ts)
            .join(requests, requests.c.id == posted.c.request_id)
            .where(requests.c.requester_id == requester, requests.c.state == "pending", posted.c.role == "stage:0")
            .order_by(requests.c.created_at)
            .limit(1)
        )
        async with self.acme.database() as database, database.read() as work:
            row = (await work.connection.execute(query)).one_or_none()
        return (row.channel, row.ts) if row is not None else None

    _minute = 0

    async def pass_by(self, bot: "Aged") -> list[float]:
        """Live the day; returns the bot's memory in MB at the end of each hour."""
        memory = []
        for self._minute in range(HOURS * 60):
            await self.live(self._minute, bot)
            await bot.passes(STEP)
            await self.acme.hands.post("/clock", advance=STEP)
            answer = await self.acme.http.post(
                f"{self.acme.openai_url}/_sandbox/clock", json={"advance_seconds": float(STEP)}
            )
            answer.raise_for_status()
            if self._minute % 60 == 59:
                memory.append(bot.memory)
        return memory


class Aged:
    """The bot in its own process and its own time."""

    def __init__(self, process: asyncio.subprocess.Process, answers: asyncio.StreamReader) -> None:
        self._process = process
        self._answers = answers

    async def passes(self, seconds: float) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{seconds}\n".encode())
        await self._process.stdin.drain()
        answer = await self._answers.readline()
        assert answer == b"passed\n", "The bot has ended."

    @property
    def memory(self) -> float:
        return float(psutil.Process(self._process.pid).memory_info().rss / 1e6)


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        began = time.monotonic()
        with SQLiteTemplate(Path(folder)).fresh(Path(folder)) as url:
            memory, done, states = asyncio.run(_lived(url, Path(folder) / "log"))
        trouble = (Path(folder) / "log").read_text("utf-8").count('"level": "error"')
        took = time.monotonic() - began
    warm, last = memory[WARM - 1], memory[-1]
    what = f"{HOURS} hours of {PEOPLE:,} people and {PROJECTS} projects"
    series = ", ".join(f"{memory[hour - 1]:.0f} MB after {hour} h" for hour in (1, WARM, 8, 12, 16, 20, HOURS))
    yield Row(what=f"{what}: memory", figures=f"{series}: {last / warm:.2f} x", aim="flat")
    acts = ", ".join(f"{count} {what}" for what, count in sorted(done.items()))
    yield Row(what=f"{what}: acts", figures=f"{acts}; in {took / 60:.0f} minutes", aim="all taken")
    left = ", ".join(f"{count} {state}" for state, count in sorted(states.items()))
    yield Row(what=f"{what}: requests, errors in the log", figures=f"{left}; {trouble} errors", aim="0 errors")


async def _lived(url: str, log: Path) -> tuple[list[float], Counter[str], Counter[str]]:
    dice = random.Random(SEED)
    async with installed(url, "socket") as acme:
        owners = _populated(acme)
        acme.hands.users.update({each.name: each.id for each in acme.workspace.people()})
        begins = datetime.now(UTC)
        async with _aged(acme, begins, log) as bot:
            await bot.passes(30)
            day = Day(acme=acme, dice=dice, owners=owners)
            day.draw_up()
            memory = await day.pass_by(bot)
        async with acme.database() as database, database.read() as work:
            states = Counter((await work.connection.execute(sa.select(tables.requests.c.state))).scalars())
    return memory, day.done, states


def _populated(acme: Installation) -> dict[str, str]:
    users = {}
    for number in range(PEOPLE):
        name = f"p{number:04}"
        acme.workspace.add_user(name, f"Person {number:04}", address(name))
        users[name] = acme.organization.add_user(email=address(name), name=f"Person {number:04}")
    everybody = [each.id for each in acme.workspace.people()]
    for channel in ("general", "requests"):
        acme.workspace.channel_named(channel).members[:] = [*everybody, acme.workspace.bot.user_id]
    owners = {}
    for number in range(PROJECTS):
        project, owner = acme.organization.add_project(name=f"project-{number:03}"), f"p{number:04}"
        acme.organization.add_member(project.id, users[owner].id, "owner")
        owners[project.id] = owner
    return owners


@contextlib.asynccontextmanager
async def _aged(acme: Installation, begins: datetime, log: Path) -> AsyncIterator[Aged]:
    reading, writing = os.pipe()
    clock: dict[str, Any] = {"BEGINS": begins.isoformat(), "ANSWERS": str(writing), "PYTHONPATH": str(ROOT)}
    with log.open("wb") as target:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.bench.aged", "run"),
            env={**os.environ, **acme.environment, "ACTS_PER_MINUTE": "100000", **clock},
            stdin=asyncio.subprocess.PIPE,
            stdout=target,
            stderr=target,
            pass_fds=[writing],
        )
    os.close(writing)
    answers = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(answers), os.fdopen(reading, "rb"))
    bot = Aged(process, answers)
    try:
        await bot.passes(10)
        yield bot
    finally:
        process.terminate()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(process.wait(), 20)
        with contextlib.suppress(ProcessLookupError):
            process.kill()
