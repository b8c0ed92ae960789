"""Identifiers and timestamps as Slack writes them."""

import secrets
import string
from collections.abc import Callable

Clock = Callable[[], float]
"""Returns the present as UNIX seconds (UTC)."""

_ALPHABET = string.ascii_uppercase + string.digits
_MICROSECONDS = 1_000_000


def new_id(prefix: str) -> str:
    """Return an id like ``C08ABCDEF12``: the prefix tells what it names."""
    return f"{prefix}0" + "".join(secrets.choice(_ALPHABET) for _ in range(9))


class Timestamps:
    """Gives each message its ``ts``: seconds with six decimals, never the same twice, never going back."""

    def __init__(self, clock: Clock, last: str = "0.000000") -> None:
        self._clock = clock
        seconds, _, fraction = last.partition(".")
        self._last = int(seconds) * _MICROSECONDS + int(fraction or 0)

    def next(self) -> str:
        self._last = max(int(self._clock() * _MICROSECONDS), self._last + 1)
        return written(self._last)


def written(microseconds: int) -> str:
    return f"{microseconds // _MICROSECONDS}.{microseconds % _MICROSECONDS:06d}"
