"""What the projects may spend in a month by their limits together, against what the whole organisation may.

The sum is made from the stored snapshot, so that 2,000 projects cost no call; the organisation's own limit is one call,
believed for a minute.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from workflows.errors import AdminAPIError
from workflows.model import Limits
from workflows.money import dollars
from workflows.organization import Organization
from workflows.policy import Alerts


@dataclass(frozen=True, kw_only=True)
class Commitment:
    """The limits of all live projects together. Amounts are cents a month.

    ``limit`` is the organisation's: OpenAI's own (``enforced``), else the policy's budget for it, else None.
    ``unlimited`` counts the projects that have no limit, ``unread`` those whose limit was never looked at: both add
    nothing to ``approved``. ``as_of`` (UTC) is when the limit was read that was read longest ago, None when none was.
    """

    approved: int
    limit: int | None
    unlimited: int = 0
    unread: int = 0
    enforced: bool = False
    as_of: datetime | None = None

    @property
    def over(self) -> int:
        """The cents by which the limits together are more than the organisation's, 0 when they are not."""
        return max(0, self.approved - self.limit) if self.limit is not None else 0

    def raised(self, before: int | None, after: int) -> "Commitment":
        """Return what it would be once a project's limit is *after* in place of *before* (None: it had none)."""
        return replace(self, approved=self.approved - (before or 0) + after)

    def warning(self) -> str:
        """Return a sentence for the card of what would over-commit, or an empty text when nothing is over."""
        if self.limit is None or not self.over:
            return ""
        whose = "organisation's" if self.enforced else "organisation's budgeted"
        least = "at least " if self.unread else ""
        more = f", and {_projects(self.unlimited)} no limit" if self.unlimited else ""
        total = f"{least}{dollars(self.approved)} of the {whose} {dollars(self.limit)}"
        return f"Approved limits would add up to {total}{more}."


def commitment_of(limits: Limits, limit: int | None, *, enforced: bool = False) -> Commitment:
    """Compare the *limits* of all projects with the organisation's, in cents."""
    return Commitment(**vars(limits), limit=limit, enforced=enforced and limit is not None)


async def commitment(organization: Organization, alerts: Alerts) -> Commitment:
    """Return the organisation's commitment now. When OpenAI does not say its limit, the policy's budget is compared."""
    limits = await organization.limits()
    try:
        ceiling = await organization.ceiling()
    except AdminAPIError:
        ceiling = None
    if ceiling is not None:
        return commitment_of(limits, ceiling, enforced=True)
    return commitment_of(limits, alerts.organization.monthly if alerts.organization else None)


def _projects(count: int) -> str:
    return "1 project has" if count == 1 else f"{count:,} projects have"
