"""The workspace's state with everything that watches over it: clock, feed, faults, triggers, deliveries."""

import asyncio
import contextlib
import time
from collections import defaultdict, deque
from collections.abc import Coroutine, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.slack.delivery.http import RequestUrl
from sandbox.slack.delivery.socket_mode import Sockets
from sandbox.slack.delivery.volume import Volume
from sandbox.slack.faults import Faults
from sandbox.slack.feed import Feed
from sandbox.slack.grants import Grant, Grants
from sandbox.slack.ids import Clock, Timestamps, new_id
from sandbox.slack.limits import Limits
from sandbox.slack.manifest import App
from sandbox.slack.model import Channel, Enterprise, Json, User
from sandbox.slack.oauth.codes import Codes
from sandbox.slack.response_urls import ResponseUrls
from sandbox.slack.screen import Screen
from sandbox.slack.server import MovedClock, Server
from sandbox.slack.store import State, Store, Tokens
from sandbox.slack.timing import Timing
from sandbox.slack.triggers import Triggers


@dataclass(frozen=True, kw_only=True)
class Bot:
    id: str
    user_id: str
    name: str


def wall_clock() -> float:
    """Return UNIX seconds; looked up at each call, so that a frozen clock is seen."""
    return time.time()


class Team:
    """One workspace with one installed app. Rules about messages, views and so on live in their own modules.

    Workspaces made with *beside* have the app and its connections in common with that one.
    """

    def __init__(
        self,
        *,
        name: str,
        app: App,
        data: Path | None,
        clock: Clock,
        timing: Timing,
        beside: "Team | None" = None,
        enterprise: Enterprise | None = None,
    ) -> None:
        self.timing = timing
        self.store = Store(data)
        self.state = self.store.load()
        self.state.name = self.name = name or self.state.name
        self.state.enterprise = enterprise or self.state.enterprise
        if beside is not None:
            self._share(beside)
            _add_bot(self.state, app, list(beside.server.of_enterprise(self.enterprise_id)))
        self.server: Server = _server(self.state, app, clock) if beside is None else beside.server
        self.feed = Feed()
        self.limits = Limits(self.clock)
        self.volume = Volume(self.clock)
        self.triggers = Triggers(self.clock, lambda: self.faults.trigger_age)
        self.response_urls = ResponseUrls(self.clock)
        self.screens: dict[str, Screen] = defaultdict(Screen)
        self.caller: Grant | None = None
        last = max((each.last_ts for each in self.state.channels.values()), key=float, default="0.0")
        self.timestamps = Timestamps(self.clock, last)
        self.changed = asyncio.Event()
        self.scheduled = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self.server.join(self)

    def _share(self, first: "Team") -> None:
        """Be the same app as in *first*: its ids and secrets, but for the bot's token."""
        self.state.app_id, self.state.client_id = first.state.app_id, first.state.client_id
        self.state.tokens = first.tokens.model_copy(update={"bot": self.tokens.bot})

    @property
    def id(self) -> str:
        return self.state.team_id

    @property
    def clock(self) -> MovedClock:
        return self.server.clock

    @property
    def faults(self) -> Faults:
        return self.server.faults

    @property
    def sockets(self) -> Sockets:
        return self.server.sockets

    @property
    def request_urls(self) -> RequestUrl:
        return self.server.request_urls

    @property
    def calls(self) -> deque[Json]:
        return self.server.calls

    @property
    def base_url(self) -> str:
        """The address under which callers reach the server, without a trailing slash."""
        return self.server.base_url

    @property
    def enterprise(self) -> Enterprise | None:
        return self.state.enterprise

    @property
    def enterprise_id(self) -> str | None:
        return self.state.enterprise.id if self.state.enterprise else None

    @property
    def grant(self) -> Grant | None:
        """What the bot may do here, for this workspace or for its whole organisation; ``None``: not installed."""
        return self.server.grants.bot_of(self.id, self.enterprise_id)

    @property
    def is_org_wide(self) -> bool:
        return self.grant is not None and self.grant.is_org_wide

    @property
    def app(self) -> App:
        """The app with the scopes that it was granted here."""
        grant = self.grant
        return self.server.app if grant is None or grant.scopes is None else self.server.app.limited_to(grant.scopes)

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


def _add_bot(state: State, app: App, relatives: "Sequence[Team]" = ()) -> None:
    """Give a new workspace the app's bot user: the same one in all workspaces of an organisation."""
    if any(each.is_bot for each in state.users.values()):
        return
    bot_id, user_id = new_id("B"), new_id("U")
    for relative in relatives:
        bot_id, user_id = relative.bot.id, relative.bot.user_id
    name = app.name.lower().replace(" ", "-")
    state.users[user_id] = User(
        id=user_id,
        name=name,
        real_name=app.name,
        team_id=state.team_id,
        is_bot=True,
        bot_id=bot_id,
    )


def _server(state: State, app: App, clock: Clock) -> Server:
    """Make what the first workspace and all that come beside it share; in a new one the app is installed."""
    _add_bot(state, app)
    moved = MovedClock(clock)
    faults = Faults()
    if state.grants is None:
        bot = next(each for each in state.users.values() if each.is_bot)
        state.grants = [Grant(token=state.tokens.bot, team_id=state.team_id, user_id=bot.id)]
    return Server(
        app=app,
        clock=moved,
        faults=faults,
        sockets=Sockets(app_id=state.app_id, faults=faults),
        request_urls=RequestUrl(signing_secret=state.tokens.signing_secret, faults=faults),
        grants=Grants(state.grants, state.ended, moved),
        codes=Codes(moved),
    )
