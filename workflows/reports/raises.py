"""The ledger of raises: every budget that was given for a time, and what became of it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from workflows.budgets.months import first_day, length_of
from workflows.lifecycle import State
from workflows.store.reports import Raised


@dataclass(frozen=True, kw_only=True)
class Raise:
    """A monthly limit that is given for a time. ``before`` and ``after`` are cents, None is no limit.

    ``ends_at`` is when it ends by itself, ``ended_at`` when it was taken back (None while it stands). ``approved_by``
    is the policy's rule when nobody had to approve.
    """

    id: str
    project_id: str
    project: str
    before: int | None
    after: int | None
    asked_by: str
    approved_by: tuple[str, ...]
    reason: str
    granted_at: datetime
    ends_at: datetime
    ended_at: datetime | None
    state: State

    def ends_within(self, now: datetime, span: timedelta) -> bool:
        return self.state is State.GRANTED and now <= self.ends_at < now + span

    def stood_in(self, period: str) -> bool:
        """Say whether it stood at some moment of that month, in UTC."""
        first = first_day(period)
        begins = datetime(first.year, first.month, 1, tzinfo=UTC)
        ends = begins + timedelta(days=length_of(first))
        return self.granted_at < ends and (self.ended_at is None or self.ended_at > begins)


def raises_of(found: Iterable[Raised], period: str | None = None) -> list[Raise]:
    """Return the ledger, or the part of it that stood in a month."""
    raises = [each for each in map(_raise, found) if each is not None]
    return [each for each in raises if period is None or each.stood_in(period)]


def _raise(found: Raised) -> Raise | None:
    request = found.request
    if request.granted_at is None or request.ends_at is None:
        return None
    approvers = tuple(each.approver.name or each.approver.email for each in found.approvals)
    # What changed nothing has no effect whose end was written down; then the request's own end is it.
    ended_at = found.ended_at or (request.updated_at if request.state is State.REVERTED else None)
    return Raise(
        id=request.id,
        project_id=request.project_id,
        project=request.project_name or request.project_id,
        before=found.before,
        after=found.after,
        asked_by=request.requester.name or request.requester.email,
        approved_by=approvers or (f"rule {request.ruling.rule}",),
        reason=str(request.params.get("reason") or ""),
        granted_at=request.granted_at,
        ends_at=request.ends_at,
        ended_at=ended_at,
        state=request.state,
    )
