"""What a request would do and does: its outlook in words, and the steps that are its effect."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from workflows.admin_api import AdminAPI
from workflows.ledger import Mark
from workflows.model import Change, Directory, Person, Project, Request
from workflows.organization import Organization
from workflows.policy import Policy

Receipt = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a kind may ask while it checks a request.

    ``extends`` is the id of the grant that it would prolong, ``own`` that of the request when it is open already.
    """

    organization: Organization
    directory: Directory
    policy: Policy
    requester: Person
    today: date
    extends: str = ""
    own: str = ""


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """What a request would change, in words, as far as its values are known.

    ``request`` is what the policy's conditions see (money in dollars); ``hints`` are sentences for the form only.
    ``concerned`` are the addresses of people who hear of it besides those who decide.
    """

    title: str
    changes: tuple[Change, ...] = ()
    risks: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    project: Project | None = None
    channel: str = ""
    request: Mapping[str, Any] = field(default_factory=dict)
    concerned: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Work:
    """What a step may use: OpenAI, the request, and what the steps before it found or made."""

    api: AdminAPI
    request: Request
    receipts: Mapping[str, Receipt]

    @property
    def project_id(self) -> str:
        """The project this request is about, or the one that an earlier step made."""
        made = (receipt["project_id"] for receipt in self.receipts.values() if "project_id" in receipt)
        return self.request.project_id or next(made)


@dataclass(frozen=True, kw_only=True)
class Step:
    """One effect. ``look`` finds it already there (and reads it back after ``act``), or returns None.

    The receipt holds ids and values that OpenAI gave, never a secret. Both raise ``AdminAPIError``, or ``Refusal``
    when what was approved has become impossible. ``note`` says what was there before the first act, for the proof.
    ``repeatable``: it sets something to a value, so that setting it once more has no second effect.
    ``marks`` says, from the note and the receipt, what the step changed, for the ledger of what stands.
    Names are unique in a request, and stay what they are: the journal finds a step by its name.
    """

    name: str
    says: str
    look: Callable[[Work], Awaitable[Receipt | None]]
    act: Callable[[Work], Awaitable[None]]
    note: Callable[[Work], Awaitable[Receipt]] | None = None
    repeatable: bool = False
    marks: Callable[[Receipt, Receipt], Sequence[Mark]] | None = None
