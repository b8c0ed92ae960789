"""Somebody is away, and another person decides for them meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from workflows.model.people import Person


@dataclass(frozen=True, kw_only=True)
class Absence:
    """From ``since`` until before ``until`` *delegate* decides what *person* may decide; *person* still may too.

    It does not travel on: while the delegate is away themselves, nobody decides for both.
    """

    number: int
    person: Person
    delegate: Person
    since: datetime
    until: datetime

    def covers(self, moment: datetime) -> bool:
        return self.since <= moment < self.until
