"""The domain's values: frozen, without behaviour that needs a database or a network.

Times are timezone-aware UTC, money is integer cents of US dollars.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from workflows.lifecycle import State


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody in the chat workspace. ``id`` is the workspace's own, ``email`` is lower case."""

    id: str
    email: str
    name: str
    team: str = ""
    tz: str = "UTC"


@runtime_checkable
class Directory(Protocol):
    """Who is who, now. Every method fails closed: doubt is an error, never an empty yes."""

    async def person(self, person_id: str) -> Person:
        """Return the active person with this id; raises ``UnknownPerson`` or ``ForeignWorkspace``."""
        ...

    async def by_email(self, email: str) -> Person:
        """Return the one active person with this address; raises ``UnknownPerson`` or ``AmbiguousPerson``."""
        ...

    async def group(self, handle: str) -> Sequence[Person]:
        """Return the active members of a user group (handle without @); raises ``UnknownPerson``."""
        ...

    async def search(self, text: str, limit: int) -> Sequence[Person]:
        """Return up to *limit* active people whose name or address holds *text*, for type-ahead."""
        ...


class Verdict(StrEnum):
    APPROVE = "approve"
    DENY = "deny"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one approver said in one stage."""

    request_id: str
    stage: int
    approver: Person
    verdict: Verdict
    note: str = ""
    at: datetime


class ApproverSource(StrEnum):
    """Where a stage's approvers come from."""

    PROJECT_OWNERS = "project_owners"
    ORGANIZATION_OWNERS = "organization_owners"
    GROUP = "group"
    EMAIL = "email"


@dataclass(frozen=True, kw_only=True)
class Approvers:
    """One source of approvers; ``value`` is the group's handle or the e-mail address, else empty."""

    source: ApproverSource
    value: str = ""

    def __str__(self) -> str:
        match self.source:
            case ApproverSource.PROJECT_OWNERS:
                return "the project's owners"
            case ApproverSource.ORGANIZATION_OWNERS:
                return "the organisation's owners"
            case ApproverSource.GROUP:
                return f"@{self.value}"
            case ApproverSource.EMAIL:
                return self.value


@dataclass(frozen=True, kw_only=True)
class Stage:
    """People of whom ``quorum`` must approve before the next stage begins."""

    name: str
    approvers: tuple[Approvers, ...]
    quorum: int = 1


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """The rule that matched, whole, as it is stored with the request. ``denied`` is the sentence of a deny rule."""

    rule: str
    stages: tuple[Stage, ...] = ()
    pending_hours: int = 72
    denied: str = ""
    fallback: tuple[Approvers, ...] = ()
    policy_digest: str = ""


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of *now → proposed*, in words for people. ``now`` is empty for what does not exist yet."""

    label: str
    now: str
    proposed: str


@dataclass(frozen=True, kw_only=True)
class Project:
    """What is known of an OpenAI project: the stored snapshot joined with our registry.

    ``limit`` is the monthly spend limit in cents (None: no limit), ``spent`` the month's costs so far in cents,
    ``seen_at`` and ``spent_at`` say as of when. ``owners`` are the e-mail addresses of the project's owners.
    """

    id: str
    name: str
    archived: bool = False
    created_at: datetime | None = None
    owners: tuple[str, ...] = ()
    limit: int | None = None
    spent: int = 0
    seen_at: datetime | None = None
    spent_at: datetime | None = None
    environment: str = ""
    purpose: str = ""
    cost_centre: str = ""
    channel: str = ""
    ends_on: str = ""
    request_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, from its form to its end. The card in the chat is a drawing of this."""

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

    @property
    def open_stage(self) -> Stage | None:
        """The stage that waits for its approvers, or None when nobody is waited for."""
        return self.ruling.stages[self.stage] if self.state is State.PENDING else None


_REFERENCE = re.compile(r"([A-Za-z0-9]{1,40})\.([0-9]{1,3})")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What a button carries: the request and the stage it was drawn for. Opaque to whoever holds it."""

    request_id: str
    stage: int

    def __str__(self) -> str:
        return f"{self.request_id}.{self.stage}"

    @classmethod
    def parse(cls, text: str) -> "Reference":
        """Read what a button carried; anything malformed becomes a reference that matches no request."""
        found = _REFERENCE.fullmatch(text)
        return cls(request_id=found[1], stage=int(found[2])) if found else cls(request_id="", stage=-1)


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
class Dossier:
    """Everything a card shows: the request with its decisions, its journal and who is waited for."""

    request: Request
    decisions: tuple[Decision, ...] = ()
    steps: tuple[StepRecord, ...] = ()
    awaited: tuple[Person, ...] = ()


class ActorType(StrEnum):
    PERSON = "person"
    EXECUTOR = "executor"
    SCHEDULER = "scheduler"
    OPERATOR = "operator"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who caused something: a person, or a part of the bot itself."""

    type: ActorType
    id: str = ""
    email: str = ""

    @classmethod
    def of(cls, person: Person) -> "Actor":
        return cls(type=ActorType.PERSON, id=person.id, email=person.email)


class Role(StrEnum):
    """What a message of the bot is for; one message per request and role."""

    CARD = "card"
    STAGE = "stage"  # a thread reply with the buttons; stored as stage:<n>
    NOTE = "note"  # a thread reply in words
    DIRECT = "direct"  # to the requester


class OutboxTopic(StrEnum):
    POST = "post"  # post one message, exactly once
    REDRAW = "redraw"  # bring every copy of the request's messages up to date
    EXPORT = "export"  # make and send an audit export


@dataclass(frozen=True, kw_only=True)
class OutboxEntry:
    """Something people must be told, committed with the change it tells of."""

    id: int
    topic: OutboxTopic
    request_id: str
    role: str
    payload: Mapping[str, Any]
    attempts: int
    cut_off: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message that stands in the chat: where, for what, and which version of the request it shows."""

    request_id: str
    role: str
    channel: str
    ts: str
    version: int
