"""Reports that are told once, and the ledger of temporary raises that they show."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from workflows.lifecycle import State
from workflows.model import Decision, Request, Verdict
from workflows.store import tables
from workflows.store.rows import decision_from, request_from
from workflows.store.section import Section

BEGUN = "begun"
LATEST = timedelta(days=62)
"""How long after its end a raise may still have been taken back: OpenAI can refuse that for a while."""

AT_ONCE = 500
SPEND_LIMIT = "spend_limit"
_STANDING = tuple(each.value for each in (State.GRANTED, State.REVERTING, State.REVERT_FAILED))
_reports, _requests = tables.reports, tables.requests
_effects, _decisions = tables.effects, tables.decisions


@dataclass(frozen=True, kw_only=True)
class Raised:
    """A budget that was given for a time. ``before`` and ``after`` are cents a month, None is no limit.

    ``ended_at`` is when it was taken back, None while it stands.
    """

    request: Request
    before: int | None
    after: int | None
    ended_at: datetime | None
    approvals: tuple[Decision, ...]


class Reports(Section):
    async def write_report(
        self, kind: str, subject: str, period: str, now: datetime, content: Mapping[str, Any]
    ) -> bool:
        """Keep what is told to *subject* for *period*; False when that was written before. Empty: nothing is told."""
        row = {"kind": self.named_here(kind), "period": period, "subject": subject, "at": now, "content": dict(content)}
        return await self.once(_reports, row)

    async def report(self, kind: str, subject: str, period: str) -> Mapping[str, Any]:
        """Return what was written, empty when nothing was."""
        mine = (_reports.c.kind == self.named_here(kind), _reports.c.period == period, _reports.c.subject == subject)
        found = (await self.connection.execute(sa.select(_reports.c.content).where(*mine))).scalar_one_or_none()
        return dict(found or {})

    async def reported(self, kind: str, periods: Collection[str]) -> set[tuple[str, str]]:
        """Return the subjects for which a report of one of these periods was written, each with the period."""
        query = sa.select(_reports.c.subject, _reports.c.period)
        rows = await self.connection.execute(
            query.where(_reports.c.kind == self.named_here(kind), _reports.c.period.in_(sorted(periods)))
        )
        return {(row.subject, row.period) for row in rows}

    async def reports_begun(self) -> datetime | None:
        """Return since when reports are written, None before the first time."""
        query = sa.select(_reports.c.at).where(_reports.c.kind == self.named_here(BEGUN))
        at: datetime | None = (await self.connection.execute(query)).scalar_one_or_none()
        return at

    async def begin_reports(self, now: datetime) -> None:
        """Say that reports are written from *now* on."""
        await self.upsert(
            _reports, {"kind": self.named_here(BEGUN), "period": "", "subject": "", "at": now, "content": {}}
        )

    async def raises(self, since: datetime) -> list[Raised]:
        """Return the budgets given for a time that stood at or after *since*, or may have, the latest first."""
        budgets = (_requests.c.kind == "budget", _requests.c.granted_at.is_not(None), _requests.c.ends_at.is_not(None))
        over = sa.and_(_requests.c.state == State.REVERTED.value, _requests.c.ends_at >= since - LATEST)
        query = sa.select(_requests).where(*budgets, sa.or_(_requests.c.state.in_(_STANDING), over))
        query = self.here(query, _requests)
        rows = await self.connection.execute(query.order_by(_requests.c.granted_at.desc(), _requests.c.id))
        requests = [request_from(row) for row in rows]
        ids = [each.id for each in requests]
        effects, approvals = await self._effects_of(ids), await self._approvals_of(ids)
        return [_raised(each, effects.get(each.id), approvals.get(each.id, ())) for each in requests]

    async def _effects_of(self, ids: list[str]) -> dict[str, sa.Row[Any]]:
        found: dict[str, sa.Row[Any]] = {}
        for some in _parts(ids):
            query = sa.select(_effects).where(_effects.c.request_id.in_(some), _effects.c.subject == SPEND_LIMIT)
            found |= {row.request_id: row for row in await self.connection.execute(query)}
        return found

    async def _approvals_of(self, ids: list[str]) -> dict[str, tuple[Decision, ...]]:
        found: dict[str, tuple[Decision, ...]] = {}
        for some in _parts(ids):
            mine = (_decisions.c.request_id.in_(some), _decisions.c.verdict == Verdict.APPROVE.value)
            for row in await self.connection.execute(sa.select(_decisions).where(*mine).order_by(_decisions.c.at)):
                found[row.request_id] = (*found.get(row.request_id, ()), decision_from(row))
        return found


def _raised(request: Request, effect: sa.Row[Any] | None, approvals: tuple[Decision, ...]) -> Raised:
    if effect is None:
        return Raised(request=request, before=None, after=None, ended_at=None, approvals=approvals)
    # One that was prolonged found itself; what lies below it is where it began.
    before = effect.before if effect.before != effect.value else effect.base
    return Raised(request=request, before=before, after=effect.value, ended_at=effect.ended_at, approvals=approvals)


def _parts(ids: list[str]) -> Iterable[list[str]]:
    return (ids[begin : begin + AT_ONCE] for begin in range(0, len(ids), AT_ONCE))
