"""Changing what was asked for, until somebody has decided about it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from workflows.errors import Conflict, InvalidFields, NotAllowed
from workflows.lifecycle import State
from workflows.model import Decision, Person, Request
from workflows.service.approvers import Panel
from workflows.service.asked import Asked, by_people, hold_unique, write_down
from workflows.service.desk import known_kind, raise_lapsed, redraw, tell_person, tell_thread
from workflows.service.opening import Opening
from workflows.service.restraining import HeldNow
from workflows.store import UnitOfWork

MOST = 50
"""Changes of one request: whoever needs more asks for something else."""


class Editing(Opening):
    async def editable(self, request_id: str, person_id: str) -> tuple[Request, Mapping[str, Any]]:
        """Return a request and what its form held. Raises ``NotAllowed``, or ``Conflict`` when it is too late."""
        request = await self.look_up(request_id)
        async with self.database.read() as work:
            decisions = await work.decisions(request_id)
        raise_lapsed(request, self.now())
        _may_edit(request, decisions, person_id)
        return request, known_kind(self.kinds, request.kind).filled_in(request.params)

    async def edit(
        self, request_id: str, values: Mapping[str, Any], person_id: str, *, revision: int, delivery: str = ""
    ) -> Request:
        """Ask for something else in its place; the policy says anew who decides.

        *revision* is the one that the form was filled in from. Raises ``NotAllowed`` for anybody but its requester,
        ``Conflict`` once somebody decided or it was changed otherwise, ``InvalidFields``, ``Refusal``.
        """
        await self.fresh(delivery)
        person = await self.known(person_id, "edit", delivery, request_id)
        before = await self.look_up(request_id)
        async with self.database.read() as work:
            decisions = await work.decisions(request_id)
        try:
            raise_lapsed(before, self.now())
            _may_edit(before, decisions, person_id, revision)
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(before, person, "edit", refused, delivery) from None
        await self.sole_account(person, "edit", delivery, before)
        kind = known_kind(self.kinds, before.kind)
        asked = await self.asked_for(kind, values, person, before.extends, before.id)
        request = _in_place_of(before, self.drawn_up(asked, person, before.origin))
        _check_change(before, request, kind.asks())
        if reason := await self.held_back(request, asked.cents):
            request = by_people(request, reason)
        try:
            return await self._edited(request, asked, before, delivery)
        except Conflict as late:
            raise await self.refuse(before, person, "edit", late, delivery) from None

    async def _edited(self, request: Request, asked: Asked, before: Request, delivery: str) -> Request:
        try:
            return await self._store_edit(request, asked, before, delivery)
        except HeldNow as late:
            return await self._store_edit(by_people(request, str(late)), asked, before, delivery)

    async def _store_edit(self, request: Request, asked: Asked, before: Request, delivery: str) -> Request:
        panel = await self.first_panel(request)
        concerned = await self.concerned(request, asked.outlook) if request.ruling.auto else []
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(request.id, lock=True)  # before the log, as everywhere: see UnitOfWork
            await self.hold_rule(work, request, asked.cents)
            raise_lapsed(locked, self.now())
            _may_edit(locked, await work.decisions(request.id), before.requester.id, before.revision)
            edited = replace(request, version=locked.version, fallback_used=panel.fallback)
            after = await work.save(edited, self.now())
            await hold_unique(work, after, asked.params)
            await work.await_people(after.id, 0, panel.people, panel.stand_ins, since=after.updated_at)
            await redraw(work, after)
            await tell_thread(work, after, "edited", by=after.requester.name)
            proof = {"before": dict(locked.params), "revision": after.revision}
            await write_down(work, after, "edited", panel, fault=asked.fault, **proof)
            await self._tell_of_edit(work, after, panel, concerned)
            return await self.approved_by_rule(work, after, asked.cents)

    async def _tell_of_edit(self, work: UnitOfWork, after: Request, panel: Panel, concerned: Sequence[Person]) -> None:
        for person in panel.people:
            await tell_person(work, after, person.id, "edited_for_you", by=after.requester.name)
        for person in concerned:
            await tell_person(work, after, person.id, "concerned", by=after.requester.name)


def _may_edit(request: Request, decisions: Sequence[Decision], person_id: str, revision: int | None = None) -> None:
    """Raise ``NotAllowed`` or ``Conflict`` when this person cannot change what is asked for any more."""
    if person_id != request.requester.id:
        raise NotAllowed(f"Only {request.requester.name} can change what they asked for.")
    if request.state is not State.PENDING:
        raise Conflict(f"This request is {request.state} already, so it cannot be changed.")
    if decisions:
        raise Conflict(f"{decisions[0].approver.name} has decided about this already. Cancel it, and ask again.")
    if revision is not None and revision != request.revision:
        raise Conflict("This was changed meanwhile. Open it again to see how it stands.")
    if request.revision >= MOST:
        raise Conflict(f"This was changed {MOST} times already. Cancel it, and ask again.")


def _in_place_of(before: Request, request: Request) -> Request:
    """Return the new request as another version of the one *before*: its card, its thread and its age stay."""
    return replace(
        request,
        id=before.id,
        version=before.version,
        channel=before.channel,
        created_at=before.created_at,
        extends=before.extends,
        revision=before.revision + 1,
    )


def _check_change(before: Request, request: Request, fields: Mapping[str, object]) -> None:
    """Raise ``InvalidFields`` for what is no change, or is about another project: that is another request."""
    if request.project_id != before.project_id:
        other = f"This request is about {before.project_name}. Cancel it to ask for another project."
        raise InvalidFields({"project": other})
    if dict(request.params) == dict(before.params):
        raise InvalidFields({next(iter(fields)): "Nothing here differs from what you asked for."})
