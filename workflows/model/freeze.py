"""The switch that stops everything: who threw it, when, and why."""

from dataclasses import dataclass
from datetime import datetime

from workflows.model.people import Person


@dataclass(frozen=True, kw_only=True)
class Freeze:
    """Since ``at`` (UTC) nothing is carried out. ``number`` counts the freezes there were, this one included."""

    number: int
    by: Person
    reason: str
    at: datetime
