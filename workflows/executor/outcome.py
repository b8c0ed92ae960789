"""What became of a run: stored with its proof and the messages about it, in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from workflows.ledger import Mark
from workflows.lifecycle import Event, State, advance
from workflows.model import Claim, ClaimState, KeyTerms, Request
from workflows.service.desk import EXECUTOR, alarm, offer_key, record, redraw, tell_requester, tell_thread
from workflows.store import UnitOfWork

LONGEST_WAIT = timedelta(minutes=10)
LONGEST_REVERT_WAIT = timedelta(days=1)
"""How long a call that was cut off, and a refused way back, wait for their next try at the most."""

FIRST_REVERT_WAIT = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """``problem`` is empty for a success; ``cut_off``: nobody knows, so it is looked at again, ``at_least`` so late.

    ``marks`` is what the steps changed, ``terms`` the key that may be claimed now.
    """

    request: Request
    now: datetime
    settling: timedelta
    receipts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    marks: Sequence[Mark] = ()
    terms: KeyTerms | None = None
    problem: str = ""
    cut_off: bool = False
    at_least: timedelta = timedelta(0)

    async def store(self, work: UnitOfWork, holder: str) -> None:
        """Give the claim back with what became of it."""
        if self.request.project_id:
            work.changed.add(self.request.project_id)
        if self.cut_off:
            await self._put_off(work)
        elif self.problem:
            await self._fail(work)
        elif self.request.state is State.REVERTING:
            await self._reverted(work)
        else:
            await self._finish(work)
        if self.cut_off:
            # The call may still take effect, over whatever another request wrote to the project in the meantime.
            await work.hold_project(self.request.project_id, holder, self.now, self.now + self.settling)
        else:
            await work.release_project(self.request.project_id, holder)

    async def _finish(self, work: UnitOfWork) -> None:
        prolonged = await self._prolong(work) if self.request.extends else False
        if self.request.extends and not prolonged:
            await work.mark(self.request, self.marks, self.now)
        lasts = self.request.ends_at is None or prolonged
        changes = [[each.label, each.now, each.proposed] for each in self.request.changes]
        proof = {"receipt": self.receipts, "changes": changes}
        event = Event.SUCCEEDED if lasts else Event.SUCCEEDED_UNTIL
        after = await self._end(
            work, event, proof, receipt=self.receipts, due_at=None, granted_at=None if lasts else self.now
        )
        if self.terms is not None:
            await offer_key(work, after, self._claim(self.terms), self.now)

    async def _prolong(self, work: UnitOfWork) -> bool:
        """Move the end of the grant that this request prolongs; False when that is over already."""
        other = await work.get(self.request.extends, lock=True)
        if other.state is not State.GRANTED or other.ends_at is None or self.request.ends_at is None:
            return False
        ends_at = max(other.ends_at, self.request.ends_at)
        moved = replace(other, state=advance(other.state, Event.EXTENDED), ends_at=ends_at)
        after = await work.save(moved, self.now)
        await work.move_effects(after.id, ends_at)
        await work.mark(after, self.marks, self.now, again=True)
        proof = {"before": other.ends_at, "ends_at": ends_at, "by": self.request.id}
        await record(work, after, Event.EXTENDED.value, EXECUTOR, self.now, **proof)
        await redraw(work, after)
        await tell_thread(work, after, Event.EXTENDED.value)
        return True

    async def _reverted(self, work: UnitOfWork) -> None:
        await work.end_effects(self.request.id, self.now)
        await self._end(work, Event.SUCCEEDED, {"receipt": self.receipts}, event_told="reverted", due_at=None)

    async def _put_off(self, work: UnitOfWork) -> None:
        """Look again later: nobody knows whether the call worked. People are told once."""
        wait = min(self.settling * 2 ** min(self.request.attempts - 1, 10), LONGEST_WAIT)
        due_at = self.now + max(wait, self.at_least)
        proof = {"reason": self.problem}
        first = self.request.attempts == 1
        await self._end(work, Event.CUT_OFF, proof, tell=first, problem=self.problem, due_at=due_at)

    async def _fail(self, work: UnitOfWork) -> None:
        proof = {"reason": self.problem}
        if self.request.state is not State.REVERTING:
            await self._end(work, Event.REFUSED, proof, problem=self.problem, due_at=None)
            return
        wait = min(FIRST_REVERT_WAIT * 2 ** min(self.request.attempts - 1, 10), LONGEST_REVERT_WAIT)
        due_at = self.now + wait
        after = await self._end(
            work, Event.REFUSED, proof, event_told="revert_failed", problem=self.problem, due_at=due_at
        )
        await alarm(work, after, "revert_failed", note=self.problem)

    async def _end(
        self,
        work: UnitOfWork,
        event: Event,
        proof: Mapping[str, Any],
        *,
        event_told: str = "",
        tell: bool = True,
        **changes: Any,
    ) -> Request:
        ended = replace(self.request, state=advance(self.request.state, event), **changes)
        after = await work.save(ended, self.now)
        await record(work, after, event.value, EXECUTOR, self.now, before=self.request.state, **proof)
        await redraw(work, after)
        if tell:
            told = event_told or event.value
            await tell_requester(work, after, told, note=after.problem)
            await tell_thread(work, after, told, note=after.problem)
        return after

    def _claim(self, terms: KeyTerms) -> Claim:
        return Claim(
            request_id=self.request.id,
            project_id=self.request.project_id,
            requester_id=self.request.requester.id,
            state=ClaimState.OPEN,
            terms=terms,
            opened_at=self.now,
            lapses_at=self.now + timedelta(hours=terms.claim_hours),
        )
