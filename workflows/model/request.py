"""A request with everything that stands around it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from workflows.lifecycle import State
from workflows.model.alert import Forecast
from workflows.model.approval import Decision, Ruling, Stage, Verdict
from workflows.model.freeze import Freeze
from workflows.model.inquiry import Inquiry
from workflows.model.key import Claim
from workflows.model.offer import Answer, Offer
from workflows.model.people import Person
from workflows.model.project import Change
from workflows.model.review import Review


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, from its form to its end. The card in the chat is a drawing of this.

    ``ends_at`` is when what it gives ends by itself (None: for good), ``granted_at`` since when it is given;
    ``extends`` is the id of the request whose grant this one prolongs. ``escalation`` says whether the open stage was
    passed on: 1 to its backup, 2 to the fallback approvers too. ``revision`` counts how often what is asked for was
    changed: a decision is about one revision of it. ``workspace`` is where it was asked for (empty: home).
    """

    id: str
    kind: str
    params: Mapping[str, Any]
    state: State
    version: int
    stage: int
    requester: Person
    ruling: Ruling
    title: str
    changes: tuple[Change, ...]
    risks: tuple[str, ...] = ()
    project_id: str = ""
    project_name: str = ""
    channel: str = ""
    origin: str = ""
    receipt: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""
    fallback_used: bool = False
    created_at: datetime
    updated_at: datetime
    expires_at: datetime
    due_at: datetime | None = None
    attempts: int = 0
    granted_at: datetime | None = None
    ends_at: datetime | None = None
    extends: str = ""
    escalation: int = 0
    revision: int = 0
    workspace: str = ""

    @property
    def open_stage(self) -> Stage | None:
        """The stage that waits for its approvers, or None when nobody is waited for."""
        return self.ruling.stages[self.stage] if self.state is State.PENDING and self.ruling.stages else None

    def stands(self, offer: Offer) -> bool:
        """Whether an offer can still be answered: nothing was decided or changed since it was made."""
        same = self.stage == offer.stage and self.revision == offer.revision
        return self.state is State.PENDING and same and offer.answer is Answer.OPEN


_REFERENCE = re.compile(r"([A-Za-z0-9]{1,40})\.([0-9]{1,3})(?:\.([0-9]{1,3}))?")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What a button carries: the request, and the stage and revision it was drawn for. Opaque to whoever holds it."""

    request_id: str
    stage: int
    revision: int = 0

    def __str__(self) -> str:
        return f"{self.request_id}.{self.stage}" + (f".{self.revision}" if self.revision else "")

    @classmethod
    def of(cls, request: Request) -> "Reference":
        """Return what stands for the request as it is now."""
        return cls(request_id=request.id, stage=request.stage, revision=request.revision)

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read what a button carried; anything malformed becomes a reference that matches no request."""
        found = _REFERENCE.fullmatch(text)
        if found is None:
            return cls(request_id="", stage=-1)
        return cls(request_id=found[1], stage=int(found[2]), revision=int(found[3] or 0))


class StepState(StrEnum):
    PLANNED = "planned"
    INTENDED = "intended"
    DONE = "done"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class StepRecord:
    """The journal of one step. It is *intended* before its first act, with what was noted ``before`` that."""

    request_id: str
    position: int
    name: str
    says: str
    state: StepState
    intended_at: datetime
    before: Mapping[str, Any] = field(default_factory=dict)
    receipt: Mapping[str, Any] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Past:
    """What was decided before about something in the same project."""

    title: str
    approver: Person
    verdict: Verdict
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """Everything a card shows: the request with its decisions, its journal, who is waited for, and its key's claim.

    ``frozen`` is the freeze that keeps it from being carried out, if one stands; ``stand_ins`` has the ids of those who
    are waited for in the place of people who are away. While it is decided, ``past`` has the last decisions in its
    project, ``also`` what else is asked for there of its kind, and ``forecast`` where the project's month leads.
    """

    request: Request
    decisions: tuple[Decision, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    awaited: tuple[Person, ...] = ()
    claim: Claim | None = None
    frozen: Freeze | None = None
    inquiries: tuple[Inquiry, ...] = ()
    offers: tuple[Offer, ...] = ()
    review: Review | None = None
    past: tuple[Past, ...] = ()
    also: tuple[Request, ...] = ()
    forecast: Forecast | None = None
    stand_ins: Mapping[str, Sequence[Person]] = field(default_factory=dict)
