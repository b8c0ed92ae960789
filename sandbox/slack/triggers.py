"""Trigger ids: each opens one view, within three seconds of the act it came from."""

import secrets
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


class Triggers:
    """Issues trigger ids and exchanges each of them once."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._live: dict[str, Trigger] = {}
        self._exchanged: set[str] = set()

    def issue(self, user: str, *, in_modal: bool = False) -> str:
        trigger_id = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        while len(self._live) >= MEMORY:
            self._exchanged.discard(oldest := next(iter(self._live)))
            del self._live[oldest]
        self._live[trigger_id] = Trigger(user=user, issued=self._clock(), in_modal=in_modal)
        return trigger_id

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
