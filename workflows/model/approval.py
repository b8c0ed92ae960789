"""Who must decide, by which rule, and what they said."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflows.model.people import Person


class Verdict(StrEnum):
    APPROVE = "approve"
    DENY = "deny"


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What one approver said in one stage; ``on_behalf`` is whose place they took, who is away."""

    request_id: str
    stage: int
    approver: Person
    verdict: Verdict
    note: str = ""
    at: datetime
    on_behalf: Person | None = None


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
    """People of whom ``quorum`` must approve before the next stage begins; ``backup`` may too once it took too long."""

    name: str
    approvers: tuple[Approvers, ...]
    quorum: int = 1
    backup: tuple[Approvers, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AutoTerms:
    """How far a rule approves by itself, for each project and ``day``, ``week`` or ``month`` (UTC).

    ``cap`` is cents, ``count`` requests; None is no bound. ``breaker``: too many of all such approvals stop it too.
    """

    cap: int | None = None
    count: int | None = None
    per: str = "month"
    breaker: bool = True


@dataclass(frozen=True, kw_only=True)
class EmergencyTerms:
    """Who may have a request carried out before it is decided, for how many days at most; ``reviewers`` close it."""

    people: tuple[Approvers, ...]
    longest_days: int = 2
    reviewers: int = 2


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """The rule that matched, whole, as it is stored with the request. ``denied`` is the sentence of a deny rule.

    ``auto``: the rule itself approves within ``auto_terms``, so there are no stages; beyond them ``otherwise`` has
    those who decide. ``longest_grant_days``: what is asked for must end, at the latest after so many days.
    ``emergency``: its requester may have it carried out before it is decided. ``condition`` is when the rule matches,
    as the file has it; empty for always.
    """

    rule: str
    stages: tuple[Stage, ...] = ()
    pending_hours: int = 72
    denied: str = ""
    fallback: tuple[Approvers, ...] = ()
    policy_digest: str = ""
    auto: bool = False
    auto_terms: AutoTerms = AutoTerms()
    otherwise: tuple[Stage, ...] = ()
    longest_grant_days: int | None = None
    emergency: EmergencyTerms | None = None
    condition: str = ""
