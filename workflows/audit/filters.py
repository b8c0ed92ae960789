"""Which entries of the audit log an export holds."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A part of the log: from ``since``, up to and without ``until`` (both with a zone); empty texts mean any.

    ``after`` is a cursor: only what has a higher number, so that whoever comes back gets what is new. ``below`` is the
    number before which it ends (None: it does not).
    """

    since: datetime | None = None
    until: datetime | None = None
    project: str = ""
    kind: str = ""
    after: int = 0
    below: int | None = None

    @property
    def has_gaps(self) -> bool:
        """Whether entries may be left out between those that are taken."""
        return self != Filter(after=self.after, below=self.below)
