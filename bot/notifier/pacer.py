"""About one message a second into each channel, as Slack asks (docs.slack.dev/apis/web-api/rate-limits)."""

import time
from collections.abc import Callable

RATE = 1.0
"""Messages per second, in the long run."""

BURST = 3
"""Messages that may follow at once on a channel that was quiet."""

MOST_CHANNELS = 10_000


class Pacer:
    """Gives out turns; ``clock`` is monotonic seconds. Channels do not wait for each other."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._full_at: dict[str, float] = {}
        """When a channel's burst is whole again; one turn moves it by one pause."""

    def wait(self, channel: str, longest: float) -> float:
        """Return how many seconds to wait for the next turn on *channel*; taken only if that is *longest* at most."""
        now = self._clock()
        if len(self._full_at) > MOST_CHANNELS:
            self._full_at = {each: moment for each, moment in self._full_at.items() if moment > now}
        full_at = max(self._full_at.get(channel, now), now) + 1 / RATE
        wait = max(0.0, full_at - now - BURST / RATE)
        if wait <= longest:
            self._full_at[channel] = full_at
        return wait

    def hold(self, channel: str, seconds: float) -> None:
        """Leave *channel* alone for *seconds*: Slack said so."""
        self._full_at[channel] = max(self._full_at.get(channel, 0.0), self._clock() + seconds + (BURST - 1) / RATE)
