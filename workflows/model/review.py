"""What was done without those who should have decided, and what they say to it afterwards."""

from dataclasses import dataclass
from datetime import datetime

from workflows.model.people import Person


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What one of those who were skipped says: whether it was ``right``."""

    person: Person
    right: bool
    note: str = ""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Review:
    """The review of an emergency: ``why`` it could not wait, who was ``skipped``, how many of them must close it."""

    why: str
    skipped: tuple[Person, ...]
    needed: int
    opened_at: datetime
    closed_at: datetime | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def right(self) -> bool:
        return all(each.right for each in self.findings)
