"""What an approver wants to know before deciding, and what the requester says to it."""

from dataclasses import dataclass
from datetime import datetime

from workflows.model.people import Person


@dataclass(frozen=True, kw_only=True)
class Inquiry:
    """One question about a request, numbered from 1; ``answer`` is empty while it waits."""

    number: int
    asker: Person
    text: str
    at: datetime
    answer: str = ""
    answered_at: datetime | None = None
