"""What is known of an OpenAI project, and what of it requests changed."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Project:
    """What is known of an OpenAI project: the stored snapshot joined with our registry.

    ``limit`` is the monthly spend limit in cents (None: no limit), ``spent`` the month's costs so far in cents,
    ``seen_at`` and ``spent_at`` say as of when. ``owners`` are the e-mail addresses of the project's owners.
    ``workspace`` is the chat workspace that it is governed from (empty: home).
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
    workspace: str = ""


@dataclass(frozen=True, kw_only=True)
class Limits:
    """The monthly limits of all projects that are not archived, together.

    ``approved`` is their sum in cents. ``unlimited`` counts the projects that have no limit, ``unread`` those whose
    limit was never looked at: both add nothing to the sum. ``as_of`` (UTC) is when the limit was read that was read
    longest ago, None when none was.
    """

    approved: int = 0
    unlimited: int = 0
    unread: int = 0
    as_of: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Change:
    """One line of *now → proposed*, in words for people. ``now`` is empty for what does not exist yet."""

    label: str
    now: str
    proposed: str


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One thing of a project that a request changed, in the ledger of what stands.

    ``subject`` names it (``spend_limit``, ``model:gpt-5``, ``member:ada@example.com``), ``value`` is what the request
    made it, ``before`` what it found, ``base`` what is true of it once no grant stands; all are JSON. ``ends_at`` is
    None for what was given for good. ``seq`` orders effects by when they happened.
    """

    seq: int
    request_id: str
    project_id: str
    subject: str
    value: Any
    before: Any
    base: Any
    at: datetime
    ends_at: datetime | None = None
