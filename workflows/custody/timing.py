"""When a key is looked at again, and when the one that it replaced is over: arithmetic, no calls."""

from collections.abc import Collection
from datetime import datetime, timedelta

from workflows.admin_api import APIKey
from workflows.model import Claim, ClaimState

SOONEST, LATEST = timedelta(seconds=20), timedelta(hours=6)
WATCHED = timedelta(days=30)
"""How long a key's first use is waited for."""

LISTED = timedelta(hours=1)
"""How long after its claim a key may be missing from OpenAI's list before it is taken for revoked."""

QUIET = timedelta(days=1)
"""An old key that was not used for so long is used no more."""

REMIND_EVERY = timedelta(days=1)


def is_due(claim: Claim, old: APIKey, now: datetime) -> bool:
    """Whether the old key's time is over: at the end of the overlap, or once it was quiet for a day."""
    if claim.claimed_at is None or claim.retire_at is None:
        return False
    if not claim.terms.when_unused:
        return now >= claim.retire_at
    last = max(claim.claimed_at, old.last_used_at or claim.claimed_at)
    return now - last >= QUIET


def is_to_be_reminded(claim: Claim, old: APIKey, now: datetime) -> bool:
    """Whether the old key is used still although its end is near, and nobody was told so today."""
    if claim.claimed_at is None or claim.retire_at is None or old.last_used_at is None:
        return False
    near = claim.retire_at - min(QUIET, (claim.retire_at - claim.claimed_at) / 2)
    used = old.last_used_at > claim.claimed_at
    return used and now >= near and not was_told_lately(claim, now)


def was_told_lately(claim: Claim, now: datetime) -> bool:
    return claim.reminded_at is not None and now - claim.reminded_at < REMIND_EVERY


def next_look(claim: Claim, there: Collection[str], now: datetime) -> datetime | None:
    """Return when to look again: soon after the claim, ever more rarely, and never when there is nothing to learn.

    *there* are the ids of the project's keys.
    """
    if claim.state is not ClaimState.CLAIMED or claim.claimed_at is None:
        return None
    age = now - claim.claimed_at
    retiring = claim.retire_at is not None and claim.retired_at is None
    gone = age > LISTED and claim.key_id not in there
    if not retiring and (claim.first_used_at is not None or gone or age > WATCHED):
        return None
    wait = min(max(age / 4, SOONEST), LATEST)
    if retiring and claim.retire_at is not None and now < claim.retire_at:
        wait = min(wait, claim.retire_at - now)
    return now + wait


def about_old(claim: Claim, old: APIKey) -> str:
    """Say when the old key was last used, and when it ends."""
    used = f"It was last used on {_moment(old.last_used_at)}" if old.last_used_at else "It was never used"
    if claim.terms.when_unused:
        return f"{used}; it is revoked once it is not used for a day."
    return f"{used}; it is revoked on {_moment(claim.retire_at)}." if claim.retire_at else f"{used}."


def last_use(old: APIKey) -> str:
    return f"It was last used on {_moment(old.last_used_at)}." if old.last_used_at else "It was never used."


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d at %H:%M} UTC"
