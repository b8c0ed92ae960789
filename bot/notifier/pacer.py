"""About one message a second into each channel, as Slack asks (docs.slack.dev/apis/web-api/rate-limits)."""

import time
from collections.abc import Callable, Hashable

RATE = 1.0
"""Messages per second, in the long run."""

BURST = 3
"""Messages that may follow at once on a channel that was quiet."""

MOST_CHANNELS = 10_000
MISSED = 60.0
"""Seconds after which a kept turn for which nobody came is forgotten."""


class Pacer:
    """Gives out turns; ``clock`` is monotonic seconds. Channels do not wait for each other."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: dict[str, float] = {}
        """When a channel's burst is whole again; one turn moves it by one pause."""

        self._kept: dict[tuple[str, Hashable], float] = {}
        """Turns for which their message has to come again: nobody else gets them, and it does not queue anew."""

    def wait(self, channel: str, longest: float, message: Hashable = None) -> float:
        """Return how many seconds to wait for the turn of *message* on *channel*.

        A turn that is *longest* away at most is taken. A later one is kept for the message, when it has a name, until
        it asks again.
        """
        now = self._clock()
        self._forget(now)
        turn = self._kept.pop((channel, message), None)
        wait = max(0.0, turn - now) if turn is not None else self._next(channel, now, longest, message)
        if wait > longest and message is not None:
            self._kept[channel, message] = now + wait
        return wait

    def _next(self, channel: str, now: float, longest: float, message: Hashable) -> float:
        full_at = max(self._full_at.get(channel, now), now) + 1 / RATE
        wait = max(0.0, full_at - now - BURST / RATE)
        if wait <= longest or message is not None:
            self._full_at[channel] = full_at
        return wait

    def hold(self, channel: str, seconds: float) -> None:
        """Leave *channel* alone for *seconds*: Slack said so. Who kept a turn there asks for a new one."""
        self._full_at[channel] = max(self._full_at.get(channel, 0.0), self._clock() + seconds + (BURST - 1) / RATE)
        self._kept = {key: turn for key, turn in self._kept.items() if key[0] != channel}

    def _forget(self, now: float) -> None:
        if len(self._full_at) > MOST_CHANNELS:
            self._full_at = {each: moment for each, moment in self._full_at.items() if moment > now}
        if len(self._kept) > MOST_CHANNELS:  # of messages that were not needed any more
            self._kept = {key: turn for key, turn in self._kept.items() if turn > now - MISSED}
