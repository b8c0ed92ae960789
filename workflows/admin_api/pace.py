"""The queue in front of one endpoint and what 429s have taught about it: arithmetic only, no clock, no waiting.

OpenAI documents no limit for the Administration API and sends no headers about it; about 7 to 10 calls a minute per
endpoint were measured. So a lane begins without delays, and only after a 429 does it keep a pace, which then grows by
a little with each call that is let through.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

MINUTE = 60.0
OPEN_RATE, OPEN_BURST = 50.0, 20  # before any 429: enough for any person, and a runaway loop ends at twenty calls
LEARNED_RATE, LEARNED_BURST = 6.5 / MINUTE, 3  # after the first one: a little less than what was measured
SLOWEST_RATE = 2 / MINUTE
SLOWER, FASTER = 0.85, 1.005  # per further 429 (which costs a minute), per call let through
TRUSTED_RATE = 1.0  # a pace that grew to this was not needed: back to no delays
COOL_DOWN, LONGEST_COOL_DOWN = 60.0, 300.0  # seconds of silence after a 429 that does not say how long
LONGEST_ASKED = 3600.0  # a Retry-After beyond this is taken for a mistake
WRITES_IN_A_ROW = 4  # before a read that waits gets its turn
_ROUNDING = 1e-6


@dataclass(eq=False, kw_only=True)
class Ticket:
    """A place in the queue."""

    urgent: bool


@dataclass(eq=False, kw_only=True)
class Lane:
    """One endpoint. Times are seconds of a monotonic clock, rates calls per second."""

    rate: float = OPEN_RATE
    burst: int = OPEN_BURST
    _tokens: float = OPEN_BURST
    _stamp: float = 0.0  # when _tokens was true; in the future while the endpoint is left alone
    _learned_at: float = float("-inf")
    _cool_down: float = COOL_DOWN
    _urgent: deque[Ticket] = field(default_factory=deque)
    _others: deque[Ticket] = field(default_factory=deque)
    _row: int = 0

    def join(self, *, urgent: bool) -> Ticket:
        ticket = Ticket(urgent=urgent)
        self._queue(ticket).append(ticket)
        return ticket

    def leave(self, ticket: Ticket) -> None:
        """Give the place up, with or without having taken the turn."""
        self._queue(ticket).remove(ticket)

    def delay(self, ticket: Ticket, now: float) -> float:
        """Return the seconds until it is this ticket's turn, as far as one can tell now; 0 when it is."""
        start = max(now, self._stamp)
        place = next(n for n, each in enumerate(self._order(), start=1) if each is ticket)
        missing = place - self._tokens_at(start)
        return start - now + (missing / self.rate if missing > _ROUNDING else 0.0)

    def take(self, ticket: Ticket, now: float) -> None:
        """Use the turn: only when ``delay`` is 0. The ticket keeps its place until it leaves."""
        self._tokens, self._stamp = max(0.0, self._tokens_at(now) - 1), now
        self._row = self._row + 1 if ticket.urgent and self._others else 0

    def succeeded(self, sent_at: float) -> None:
        """Learn that a call sent at *sent_at* was let through."""
        if sent_at < self._learned_at:
            return
        self._cool_down = COOL_DOWN
        if self.rate < OPEN_RATE:
            self.rate *= FASTER
        if TRUSTED_RATE <= self.rate < OPEN_RATE:
            self.rate, self.burst = OPEN_RATE, OPEN_BURST

    def throttled(self, sent_at: float, now: float, asked: float | None) -> float:
        """Learn from a 429 to a call sent at *sent_at*; *asked* is its Retry-After.

        Returns the seconds until the endpoint may be tried again.
        """
        wait = 0.0 if asked is None else min(max(asked, 1.0), LONGEST_ASKED)
        if sent_at >= self._learned_at:  # else it was under way when the endpoint was already known to be full
            wait = self._slow_down(now, wait)
        resume = max(self._stamp, now + wait)
        self._tokens, self._stamp = 1.0, resume
        return resume - now

    def _slow_down(self, now: float, asked: float) -> float:
        self.rate = LEARNED_RATE if self.rate >= OPEN_RATE else max(SLOWEST_RATE, self.rate * SLOWER)
        self.burst = LEARNED_BURST
        self._learned_at = now
        if asked:
            return asked
        wait, self._cool_down = self._cool_down, min(self._cool_down * 2, LONGEST_COOL_DOWN)
        return wait

    def _tokens_at(self, moment: float) -> float:
        return min(float(self.burst), self._tokens + max(0.0, moment - self._stamp) * self.rate)

    def _queue(self, ticket: Ticket) -> deque[Ticket]:
        return self._urgent if ticket.urgent else self._others

    def _order(self) -> Iterator[Ticket]:
        """Yield who waits, in the order of their turns: urgent ones first, but never so many that others starve."""
        urgent, others, row = iter(self._urgent), iter(self._others), self._row
        first, second = next(urgent, None), next(others, None)
        while first or second:
            if first and not (second and row >= WRITES_IN_A_ROW):
                yield first
                first, row = next(urgent, None), row + 1
            elif second:
                yield second
                second, row = next(others, None), 0
