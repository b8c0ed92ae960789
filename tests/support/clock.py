"""A clock that tests move by hand."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Call it for the moment (UTC); ``advance`` moves it."""

    def __init__(self, moment: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.moment = moment

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **span: float) -> None:
        """Move on by a ``timedelta``'s arguments, like ``hours=3``."""
        self.moment += timedelta(**span)
