"""Answers that are believed for a minute."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

FRESH = timedelta(seconds=60)
"""How old an answer may be that is not asked for again; who owns a project is never taken from an older one."""

MOST = 5_000
"""Answers kept at the most: eight sorts for each of the projects that people look at within a minute."""

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class _Seen:
    value: Any
    at: datetime


class Recent:
    """Remembers what was answered, by sort and key; ``now`` is the clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._known: dict[tuple[str, str], _Seen] = {}

    async def get(self, what: str, key: str, read: Callable[[], Awaitable[T]]) -> T:
        """Return a recent answer, or what *read* returns now."""
        seen = self._known.get((what, key))
        # An answer from the future was timed by a clock that was wrong: it may be of any age.
        if seen is None or not timedelta(0) <= self._now() - seen.at < FRESH:
            # From before the question: while it was under way, the answer may have grown old.
            at = self._now()
            seen = _Seen(value=await read(), at=at)
            if len(self._known) >= MOST:
                self._known.clear()
            self._known[what, key] = seen
        value: T = seen.value
        return value

    def forget(self, key: str) -> None:
        """Believe no answer about *key* any more, however long the rest of it is."""
        for each in [each for each in self._known if each[1].partition(" ")[0] == key]:
            del self._known[each]
