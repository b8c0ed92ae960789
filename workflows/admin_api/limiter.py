"""Wait for one's turn at an endpoint: each has its own pace, learned from its 429s, and writes go first."""

import asyncio
import time
from collections.abc import Awaitable, Callable

from workflows.admin_api.pace import Lane
from workflows.errors import AdminAPIThrottled


class Limiter:
    """The turns at every endpoint; one for all calls with the same admin key.

    *monotonic* (seconds) and *sleep* are the clock. An endpoint is a method with a path template.
    """

    def __init__(
        self,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.monotonic = monotonic
        self.sleep = sleep
        self._lanes: dict[str, Lane] = {}

    async def turn(self, endpoint: str, *, deadline: float, urgent: bool = False) -> float:
        """Wait for a turn and return when it came, for ``succeeded`` or ``throttled`` to be told.

        Raises ``AdminAPIThrottled`` as soon as it is clear that the turn comes after *deadline*; nothing was sent then.
        """
        lane = self._lane(endpoint)
        ticket = lane.join(urgent=urgent)
        try:
            while (delay := lane.delay(ticket, now := self.monotonic())) > 0:
                if now + delay > deadline:
                    raise AdminAPIThrottled(busy(delay), retry_after=delay)
                await self.sleep(delay)
            lane.take(ticket, now)
            return now
        finally:
            lane.leave(ticket)

    def succeeded(self, endpoint: str, sent_at: float) -> None:
        """Learn that OpenAI let a call through, whatever it then answered."""
        self._lane(endpoint).succeeded(sent_at)

    def throttled(self, endpoint: str, sent_at: float, asked: float | None) -> float:
        """Learn from a 429, *asked* being its Retry-After if any; returns the seconds to leave the endpoint alone."""
        return self._lane(endpoint).throttled(sent_at, self.monotonic(), asked)

    def calls_per_minute(self, endpoint: str) -> float:
        """Return the pace this endpoint is kept to at present."""
        return self._lane(endpoint).rate * 60

    def _lane(self, endpoint: str) -> Lane:
        if endpoint not in self._lanes:
            self._lanes[endpoint] = Lane(_stamp=self.monotonic())
        return self._lanes[endpoint]


def busy(seconds: float) -> str:
    """Return the sentence for a call that had to wait too long."""
    return f"OpenAI takes no more calls of this sort for about {max(1, round(seconds))} s."
