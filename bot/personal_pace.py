"""How much one person may do at once: a script, or a stuck key, must not keep everybody else waiting.

A bucket for each person and process, which holds as many acts as somebody may do at once and refills by the second.
What is over is told so and has no effect; nobody loses what they had typed.
"""

import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

AT_ONCE = 60
"""Acts that somebody may do at once; as many again each minute."""

SUGGESTIONS = 10
"""Searches while somebody types that count as one act: there is one for each letter."""

MOST = 20_000
"""People remembered; who was not here for the longest time is forgotten, with a full bucket."""

KINDS: Mapping[str, float] = {
    "block_actions": 1,
    "view_submission": 1,
    "command": 1,
    "shortcut": 1,
    "message_action": 1,
    "event_callback": 1,
    "install": 1,
    "block_suggestion": 1 / SUGGESTIONS,
}
"""What counts, and how much; what Slack tells of by itself, such as a closed view, does not."""


@dataclass
class _Bucket:
    left: float
    at: float


class PersonalPace:
    """*at_once* acts, and as many again each minute; *monotonic* is a clock in seconds."""

    def __init__(self, *, at_once: int = AT_ONCE, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._most = float(at_once)
        self._monotonic = monotonic
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def allows(self, person: str, kind: str) -> bool:
        """Count an act of *person*; says whether it may have its effect."""
        cost = KINDS.get(kind, 0.0)
        if not person or not cost:
            return True
        now = self._monotonic()
        bucket = self._buckets.setdefault(person, _Bucket(left=self._most, at=now))
        self._buckets.move_to_end(person)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        bucket.left = min(self._most, bucket.left + (now - bucket.at) * self._most / 60)
        bucket.at = now
        if bucket.left < cost:
            return False
        bucket.left -= cost
        return True
