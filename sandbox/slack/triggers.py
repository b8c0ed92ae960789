"""Trigger ids: each opens one view, within three seconds of the act it came from."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.slack.errors import SlackError
from sandbox.slack.ids import Clock

LIFE = 3.0
"""Seconds; https://docs.slack.dev/interactivity/handling-user-interaction."""

MEMORY = 10_000
"""Trigger ids that are remembered, so that a late one is called expired and not invalid."""


@dataclass(frozen=True, kw_only=True)
class Trigger:
    user: str
    issued: float
    in_modal: bool
    execution: str | None = None
    """The run of a custom function that the act belongs to."""


class Triggers:
    """Issues trigger ids and exchanges each of them once."""

    def __init__(self, clock: Clock, age: Callable[[], float] = float) -> None:
        """*age* gives the seconds that a new id has already lived: how long it took to reach the app."""
        self._clock = clock
        self._age = age
        self._live: dict[str, Trigger] = {}
        self._exchanged: set[str] = set()

    def issue(self, user: str, *, in_modal: bool = False, execution: str | None = None) -> str:
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        while len(self._live) >= MEMORY:
            self._exchanged.discard(oldest := next(iter(self._live)))
            del self._live[oldest]
        self._live[trigger_id] = Trigger(
            user=user, issued=self._clock() - self._age(), in_modal=in_modal, execution=execution
        )
        return trigger_id

    def knows(self, trigger_id: str) -> bool:
        return trigger_id in self._live

    def exchange(self, trigger_id: str) -> Trigger:
        """Use up *trigger_id*; raises ``SlackError`` when unknown, used before or older than 3 s."""
        trigger = self._live.get(trigger_id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if trigger_id in self._exchanged:
            raise SlackError("exchanged_trigger_id")
        if self._clock() - trigger.issued > LIFE:
            raise SlackError("expired_trigger_id")
        self._exchanged.add(trigger_id)
        return trigger
