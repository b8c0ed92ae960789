"""Which entries of the audit log an export holds."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A part of the log: from ``since``, up to and without ``until`` (both with a zone); empty texts mean any."""

    since: datetime | None = None
    until: datetime | None = None
    project: str = ""
    kind: str = ""
