"""How many events a workspace may send to the app, and when Slack gives up on an app that does not take them."""

from collections import deque

from sandbox.slack.ids import Clock

HOUR = 3600.0
MOST_EVENTS = 30_000
"""An hour and workspace; docs.slack.dev/reference/events/app_rate_limited."""

FEWEST_JUDGED = 1_000
"""Deliveries within an hour before their failures count against the app."""

LEAST_SUCCESS = 0.05


class Volume:
    """Counts the events of the hour behind us, and which of them were taken."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._sent: deque[float] = deque()
        self._outcomes: deque[tuple[float, bool]] = deque()
        self._told_minute = -1
        self.most = MOST_EVENTS
        self.judged_from = FEWEST_JUDGED
        self.is_disabled = False
        """Whether Slack has turned the app's event subscriptions off."""

    def admit(self) -> bool:
        """Count one event, if it still fits into the hour."""
        now = self._clock()
        while self._sent and now - self._sent[0] >= HOUR:
            self._sent.popleft()
        if len(self._sent) >= self.most:
            return False
        self._sent.append(now)
        return True

    def limited_minute(self) -> int | None:
        """Return the minute (UNIX seconds) to tell the app of as limited, once for each."""
        minute = int(self._clock() // 60) * 60
        if minute == self._told_minute:
            return None
        self._told_minute = minute
        return minute

    def note(self, *, taken: bool) -> None:
        """Write down how a delivery ended; too many failures disable the subscriptions."""
        now = self._clock()
        self._outcomes.append((now, taken))
        while now - self._outcomes[0][0] >= HOUR:
            self._outcomes.popleft()
        good = sum(each for _, each in self._outcomes)
        if len(self._outcomes) >= self.judged_from and good < LEAST_SUCCESS * len(self._outcomes):
            self.is_disabled = True

    def reset(self) -> None:
        """Go back to Slack's own limits, with nothing counted."""
        self._sent.clear()
        self.most = MOST_EVENTS
        self.enable()

    def enable(self) -> None:
        self.is_disabled = False
        self._outcomes.clear()
