"""Slack's rate limits, kept only while they are switched on (docs.slack.dev/apis/web-api/rate-limits)."""

import math
from collections import defaultdict, deque

from sandbox.slack.ids import Clock

TIERS = {1: 1, 2: 20, 3: 50, 4: 100, 5: 600}
"""Calls a minute; 5 stands for the methods with limits of their own."""

MINUTE = 60.0
CHANNEL_PAUSE = 1.0


class Limits:
    """Counts calls in the minute behind us."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._calls: dict[str, deque[float]] = defaultdict(deque)
        self._posts: dict[str, float] = {}

    def wait_for_method(self, method: str, tier: int) -> int:
        """Return the seconds to wait before *method* may be called; 0 counts this call."""
        now = self._clock()
        calls = self._calls[method]
        while calls and now - calls[0] >= MINUTE:
            calls.popleft()
        if len(calls) >= TIERS[tier]:
            return max(1, math.ceil(MINUTE - (now - calls[0])))
        calls.append(now)
        return 0

    def wait_for_channel(self, channel: str) -> int:
        """Return the seconds to wait before the next message into *channel*: about one a second fits."""
        now = self._clock()
        if now - self._posts.get(channel, -MINUTE) < CHANNEL_PAUSE:
            return 1
        self._posts[channel] = now
        return 0
