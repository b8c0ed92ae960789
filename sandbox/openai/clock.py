"""The organisation's clock, which a test or a demo can move; every timestamp follows it."""

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sandbox.openai.store import Shelf, Store


@dataclass(frozen=True, kw_only=True)
class Shift:
    seconds: float


SHIFTS = Shelf(name="clock", holds=Shift)
END_OF_TIME = 253_402_300_799  # the last second of the year 9999


class Clock:
    """Real time plus a shift that is kept with the organisation's state. Seconds are Unix seconds."""

    def __init__(self, store: Store) -> None:
        self._shifts = store[SHIFTS]

    def time(self) -> float:
        return time.time() + self._shift

    def now(self) -> int:
        return int(self.time())

    def today(self) -> date:
        """Return the day in UTC."""
        return datetime.fromtimestamp(self.now(), UTC).date()

    def advance(self, seconds: float) -> None:
        """Move on by *seconds*. Raises ``ValueError`` when that leaves the calendar."""
        if not 0 <= self.time() + seconds <= END_OF_TIME:
            raise ValueError("The clock can only show times between 1970 and 9999.")
        self._shifts.put("clock", Shift(seconds=self._shift + seconds))

    def set(self, moment: float) -> None:
        """Jump to *moment*; time goes on from there."""
        self.advance(moment - self.time())

    @property
    def _shift(self) -> float:
        shift = self._shifts.get("clock")
        return shift.seconds if shift else 0.0
