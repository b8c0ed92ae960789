"""What all workspaces of one server share: the app's connections and tokens, the clock, and what goes wrong."""

import asyncio
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.slack.delivery.http import RequestUrl
from sandbox.slack.delivery.socket_mode import Sockets
from sandbox.slack.faults import Faults
from sandbox.slack.grants import Grants
from sandbox.slack.ids import Clock
from sandbox.slack.manifest import App
from sandbox.slack.model import Json
from sandbox.slack.oauth.codes import Codes

if TYPE_CHECKING:
    from sandbox.slack.functions import Execution
    from sandbox.slack.team import Team

CALLS = 10_000
"""Calls of the Web API that are kept for who wants to look at them."""


class MovedClock:
    """A clock that ``/_sandbox/clock`` can move on; gives UNIX seconds."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._ahead = 0.0

    def __call__(self) -> float:
        return self._clock() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


@dataclass(kw_only=True)
class Server:
    app: App
    clock: MovedClock
    faults: Faults
    sockets: Sockets
    request_urls: RequestUrl
    grants: Grants
    codes: Codes
    base_url: str = "http://127.0.0.1"
    openai_url: str | None = None
    """Where the local OpenAI organisation behind the app answers, for the page to show it; ``None``: it shows none."""
    calls: deque[Json] = field(default_factory=lambda: deque(maxlen=CALLS))
    teams: dict[str, "Team"] = field(default_factory=dict)
    executions: dict[str, "Execution"] = field(default_factory=dict)
    grown: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when a workspace came."""

    def join(self, team: "Team") -> None:
        self.teams[team.id] = team
        self.grown.set()

    def of_enterprise(self, enterprise_id: str | None) -> Iterator["Team"]:
        """Yield the workspaces of an organisation, in the order they came."""
        for team in self.teams.values():
            if team.enterprise is not None and team.enterprise.id == enterprise_id:
                yield team
