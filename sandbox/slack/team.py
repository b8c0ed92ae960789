"""The workspace's state with everything that watches over it: clock, feed, faults, triggers, deliveries."""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sandbox.slack.delivery.http import RequestUrl
from sandbox.slack.delivery.socket_mode import Sockets
from sandbox.slack.faults import Faults
from sandbox.slack.feed import Feed
from sandbox.slack.ids import Clock, Timestamps
from sandbox.slack.limits import Limits
from sandbox.slack.manifest import App
from sandbox.slack.model import Channel, Json, Message, User, View
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.store import Store, Tokens
from sandbox.slack.triggers import Triggers

CALLS = 10_000
"""Calls of the Web API that are kept for who wants to look at them."""


@dataclass(frozen=True, kw_only=True)
class Timing:
    """How long the workspace waits, in seconds; Slack's own values by default."""

    ack: float = 3.0
    """For the app to acknowledge."""
    retries: tuple[float, ...] = (0.0, 60.0, 300.0)
    """Before each repetition of an event that was not acknowledged."""
    settle: float = 1.0
    """For something to show on a person's screen after what they did."""
    save: float = 0.1
    """Between two writes of the data file."""


@dataclass(frozen=True, kw_only=True)
class Bot:
    id: str
    user_id: str
    name: str


@dataclass(kw_only=True)
class Screen:
    """What one person has in front of them beyond the channels: modals, ephemerals, half-filled inputs."""

    modals: list[View] = field(default_factory=list)
    ephemerals: dict[str, list[Message]] = field(default_factory=lambda: defaultdict(list))
    inputs: dict[tuple[str, str], dict[str, dict[str, Json]]] = field(default_factory=dict)
    offered: dict[tuple[str, str, str], list[Json]] = field(default_factory=dict)
    read: dict[str, str] = field(default_factory=dict)
    home_told: bool = False
    home_opening: int = 0


def wall_clock() -> float:
    """Return UNIX seconds; looked up at each call, so that a frozen clock is seen."""
    return time.time()


class Team:
    """One workspace with one installed app. Rules about messages, views and so on live in their own modules."""

    def __init__(self, *, name: str, app: App, data: Path | None, clock: Clock, timing: Timing) -> None:
        self.name = name
        self.app = app
        self.clock = clock
        self.timing = timing
        self.store = Store(data)
        self.state = self.store.load()
        self.base_url = "http://127.0.0.1"
        self.feed = Feed()
        self.faults = Faults()
        self.limits = Limits(clock)
        self.triggers = Triggers(clock)
        self.response_urls = ResponseUrls(clock)
        self.sockets = Sockets(app_id=self.state.app_id, faults=self.faults)
        self.request_urls = RequestUrl(signing_secret=self.state.tokens.signing_secret)
        self.screens: dict[str, Screen] = defaultdict(Screen)
        self.calls: deque[Json] = deque(maxlen=CALLS)
        last = max((each.last_ts for each in self.state.channels.values()), key=float, default="0.0")
        self.timestamps = Timestamps(clock, last)
        self.changed = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def id(self) -> str:
        return self.state.team_id

    @property
    def domain(self) -> str:
        return "".join(each for each in self.name.lower() if each.isalnum() or each == "-") or "workspace"

    @property
    def tokens(self) -> Tokens:
        return self.state.tokens

    @property
    def bot(self) -> Bot:
        user = next(each for each in self.state.users.values() if each.is_bot)
        return Bot(id=user.bot_id or "", user_id=user.id, name=user.real_name)

    def now(self) -> int:
        return int(self.clock())

    def user(self, user_id: str) -> User | None:
        return self.state.users.get(user_id)

    def people(self) -> list[User]:
        return [each for each in self.state.users.values() if not each.is_bot]

    def channel(self, reference: str) -> Channel | None:
        """Find a channel by id, or a public one by ``#name`` or ``name``."""
        found = self.state.channels.get(reference)
        name = reference.removeprefix("#")
        named = (each for each in self.state.channels.values() if each.name == name and not each.is_im)
        return found or next(named, None)

    def touch(self) -> None:
        """Note that something changed that has to survive a restart."""
        self.changed.set()

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* beside us, if there is a loop to run it in."""
        try:
            task = asyncio.get_running_loop().create_task(work)
        except RuntimeError:
            work.close()
            return
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def stop(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.sockets.close()
        await self.request_urls.close()
        self.store.save(self.state)

    async def keep_saving(self) -> None:
        """Write the data file soon after each change, until cancelled."""
        while True:
            await self.changed.wait()
            self.changed.clear()
            await asyncio.sleep(self.timing.save)
            self.store.save(self.state)

    @contextlib.contextmanager
    def opening_home(self, user: str) -> Iterator[None]:
        """While a person waits for their Home to open, its publication need not be announced to them."""
        self.screens[user].home_opening += 1
        try:
            yield
        finally:
            self.screens[user].home_opening -= 1
