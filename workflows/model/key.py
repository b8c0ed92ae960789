"""A key that an approved request offers, from the offer to its first use; never the key itself."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ClaimState(StrEnum):
    OPEN = "open"  # its requester may take the key
    MINTING = "minting"  # somebody does; what was made and not shown is revoked
    CLAIMED = "claimed"
    LAPSED = "lapsed"  # nobody came in time; it can be offered again


@dataclass(frozen=True, kw_only=True)
class KeyTerms:
    """The key that an approved request offers: for which service account, with which scopes and life.

    No ``scopes`` are no restriction, ``expires_in_days`` None is for good. ``replaces`` is the id of the key that this
    one follows; that is revoked ``overlap_days`` after the claim or, with ``when_unused``, once it is used no more.
    ``claim_hours`` is how long it waits for its requester; ``own_account``: the account was made for this key alone.
    """

    account_id: str
    name: str
    scopes: tuple[str, ...] = ()
    expires_in_days: int | None = None
    replaces: str = ""
    overlap_days: int = 0
    when_unused: bool = False
    claim_hours: int = 72
    own_account: bool = False


@dataclass(frozen=True, kw_only=True)
class Claim:
    """A key waiting for its requester, and what became of it; never the key itself.

    ``attempt`` counts the keys made for it, ``offers`` how often it was offered, until ``lapses_at`` the last time;
    ``lease_until`` ends the attempt that is under way, ``look_at`` is when the key's use is asked about next.
    """

    request_id: str
    project_id: str
    requester_id: str
    state: ClaimState
    terms: KeyTerms
    opened_at: datetime
    lapses_at: datetime
    offers: int = 1
    attempt: int = 0
    lease_until: datetime | None = None
    key_id: str = ""
    claimed_at: datetime | None = None
    expires_at: datetime | None = None
    first_used_at: datetime | None = None
    retire_at: datetime | None = None
    reminded_at: datetime | None = None
    retired_at: datetime | None = None
    look_at: datetime | None = None
    problem: str = ""

    @property
    def key_name(self) -> str:
        """The name under which this attempt's key is made, unlike any other's: so it is found when it was lost."""
        return f"{self.terms.name} {self.request_id}-{self.attempt}"
