"""Less than was asked for, offered by an approver: what its requester accepts with one click."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from workflows.model.people import Person
from workflows.model.project import Change


class Answer(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One offer for a request, numbered from 1, made in this ``stage`` for this ``revision`` of it.

    ``params`` are what would be carried out, ``title`` and ``changes`` say so in words.
    """

    number: int
    approver: Person
    on_behalf: Person | None = None
    stage: int
    revision: int
    params: Mapping[str, Any]
    title: str
    changes: tuple[Change, ...]
    note: str = ""
    at: datetime
    answer: Answer = Answer.OPEN
    answered_at: datetime | None = None
