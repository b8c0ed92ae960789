"""Offering less: an approver says what they would approve, and the requester accepts it with one click."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflows.errors import AlreadyDecided, Conflict, InvalidFields, NotAllowed, Refusal
from workflows.kind import Kind, less_fields, more_than
from workflows.model import Actor, Answer, Decision, Offer, OutboxTopic, Person, Reference, Request, Role, Verdict
from workflows.service.approvers import seats
from workflows.service.asked import Asked
from workflows.service.deciding import Deciding, Overtaken, fit, raise_overtaken
from workflows.service.desk import known_kind, raise_lapsed, record, redraw, tell_person, tell_requester
from workflows.service.opening import Opening
from workflows.store import UnitOfWork

MOST = 20
"""Offers for one request: beyond them people should talk to each other."""


class Narrowing(Deciding, Opening):
    async def narrowable(self, reference: Reference, person_id: str) -> tuple[Request, Sequence[str]]:
        """Return a request with the fields of which less can be offered.

        Raises ``NotAllowed`` for who may not decide it now, ``Conflict`` when it is decided, ``Refusal`` when there is
        nothing of which less could be offered.
        """
        _, request, _ = await self._may_offer(reference, person_id, "")
        fields = less_fields(known_kind(self.kinds, request.kind), request.params)
        if not fields:
            raise Refusal("There is nothing of which less could be offered here. Approve, deny or ask.")
        return request, fields

    async def offer(
        self, reference: Reference, person_id: str, values: Mapping[str, Any], note: str = "", *, delivery: str = ""
    ) -> Offer:
        """Offer less than was asked for; *values* are fields as a form holds them.

        Raises ``NotAllowed``, ``Conflict``, ``InvalidFields`` for what is no less or cannot be, ``Redelivered``.
        """
        await self.fresh(delivery)
        person, request, place = await self._may_offer(reference, person_id, delivery)
        said = fit(Verdict.APPROVE, note)
        less = await self._less(request, values)
        offer = replace(_drawn_up(request, less, person, said, self.now()), on_behalf=place)
        try:
            return await self._offer(reference, offer, delivery)
        except Conflict as refused:
            raise await self.refuse(request, person, "offer", refused, delivery) from None

    async def _offer(self, reference: Reference, drawn: Offer, delivery: str) -> Offer:
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(reference.request_id, lock=True)
            self.still_open(locked, reference, await work.decisions(locked.id))
            made = await work.offers(locked.id)
            if len(made) >= MOST:
                raise Refusal(f"{MOST} offers were made already. Talk to {locked.requester.name}.")
            offer = replace(drawn, number=len(made) + 1)
            await work.offer_less(locked.id, offer)
            after = await work.save(locked, offer.at)
            await work.tell(OutboxTopic.POST, after.id, f"{Role.OFFER}:{offer.number}", offer.at)
            await tell_requester(work, after, "offered", by=drawn.approver.name, note=drawn.note)
            await self._proven(work, after, "offered", drawn.approver, offer)
        return offer

    async def _may_offer(
        self, reference: Reference, person_id: str, delivery: str
    ) -> tuple[Person, Request, Person | None]:
        """Return who offers something for which request, and in whose place. Raises ``NotAllowed`` or ``Conflict``."""
        person = await self.known(person_id, "offer", delivery, reference.request_id)
        request = await self.look_up(reference.request_id)
        await self.sole_account(person, "offer", delivery, request)
        try:
            decisions = await self.decisions(request.id)
            self.still_open(request, reference, decisions)
            place = (await self.authorise(request, person, decisions)).place
            if _heard(decisions, request.stage, person.id, place):
                raise AlreadyDecided("You have decided this already.")
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(request, person, "offer", refused, delivery) from None
        return person, request, place

    async def accept_offer(self, request_id: str, number: int, person_id: str, *, delivery: str = "") -> Request:
        """Take an offer: from now on that is what is asked for, and whoever offered it has approved it.

        Raises ``NotAllowed`` for anybody but the requester, ``Conflict`` when it does not stand any more,
        ``Redelivered``, and ``Refusal`` for what cannot be by now.
        """
        person, request, offer = await self._answering(request_id, number, person_id, delivery)
        try:
            less = await self._less(request, known_kind(self.kinds, request.kind).filled_in(offer.params))
            proposed = narrowed(request, less)
            await self.still_allowed(proposed)
            while True:
                with contextlib.suppress(Overtaken):
                    return await self._accept(proposed, less, offer, person, delivery)
        except (NotAllowed, Conflict, InvalidFields) as refused:
            raise await self.refuse(request, person, "offer_answer", refused, delivery) from None

    async def _accept(self, proposed: Request, less: Asked, offer: Offer, person: Person, delivery: str) -> Request:
        """Have *less* asked for, and whoever offered it approve that. Raises ``Overtaken``, ``Conflict``."""
        seen = await self.decisions(proposed.id)
        try:
            standing = await self.authorise(proposed, offer.approver, seen)
        except NotAllowed:
            standing = None  # they may not decide any more: it waits for somebody else
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(proposed.id, lock=True)
            now = self.now()
            _check_stands(locked, offer, now)
            decisions = await work.decisions(locked.id)
            raise_overtaken(seen, decisions)
            if not await work.answer_offer(locked.id, offer.number, Answer.ACCEPTED, now):
                raise AlreadyDecided("This offer is answered already.")
            after = await work.save(narrowed(locked, less), now)
            proof = {"before": dict(locked.params), "revision": after.revision}
            await self._proven(work, after, "offer_accepted", person, offer, **proof)
            await tell_person(work, after, offer.approver.id, "offer_accepted", by=person.name)
            if standing is None or _heard(decisions, after.stage, offer.approver.id, standing.place):
                return after
            decision = Decision(
                request_id=after.id,
                stage=after.stage,
                approver=offer.approver,
                verdict=Verdict.APPROVE,
                note=offer.note,
                at=now,
                on_behalf=standing.place,
            )
            return await self.decided(work, after, decision, standing, decisions)

    async def decline_offer(self, request_id: str, number: int, person_id: str, *, delivery: str = "") -> Offer:
        """Refuse an offer; what was asked for waits on. Raises as ``accept_offer`` does."""
        person, request, offer = await self._answering(request_id, number, person_id, delivery)
        try:
            await self._decline(request_id, offer, person, delivery)
        except Conflict as refused:
            raise await self.refuse(request, person, "offer_answer", refused, delivery) from None
        return offer

    async def _decline(self, request_id: str, offer: Offer, person: Person, delivery: str) -> None:
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(request_id, lock=True)
            now = self.now()
            _check_stands(locked, offer, now)
            if not await work.answer_offer(request_id, offer.number, Answer.DECLINED, now):
                raise AlreadyDecided("This offer is answered already.")
            after = await work.save(locked, now)
            await self._proven(work, after, "offer_declined", person, offer)
            await tell_person(work, after, offer.approver.id, "offer_declined", by=person.name)

    async def _answering(
        self, request_id: str, number: int, person_id: str, delivery: str
    ) -> tuple[Person, Request, Offer]:
        await self.fresh(delivery)
        person = await self.known(person_id, "offer_answer", delivery, request_id)
        request = await self.look_up(request_id)
        async with self.database.read() as work:
            offers = await work.offers(request_id)
        try:
            return person, request, _theirs(request, offers, number, person_id, self.now())
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(request, person, "offer_answer", refused, delivery) from None

    async def _less(self, request: Request, values: Mapping[str, Any]) -> Asked:
        """Return what is asked for with these fields in place of its own. Raises ``InvalidFields``."""
        kind = known_kind(self.kinds, request.kind)
        before = kind.model_validate(dict(request.params))
        fields = less_fields(kind, request.params)
        given = kind.filled_in(request.params) | {name: each for name, each in values.items() if name in fields}
        offered = kind.parse(given)
        if errors := more_than(before, offered):
            raise InvalidFields(errors)
        _check_less(before, offered, fields)
        asked = await self.asked_for(kind, given, request.requester, request.extends, request.id)
        if asked.ruling.denied:
            raise InvalidFields({fields[0]: asked.ruling.denied})
        return asked

    async def _proven(
        self, work: UnitOfWork, request: Request, action: str, person: Person, offer: Offer, **more: Any
    ) -> None:
        proof = {"offer": offer.number, "offered": dict(offer.params), "note": offer.note, **more}
        await record(work, request, action, Actor.of(person), request.updated_at, **proof)
        await redraw(work, request)


def _drawn_up(request: Request, less: Asked, approver: Person, note: str, at: datetime) -> Offer:
    return Offer(
        number=0,
        approver=approver,
        stage=request.stage,
        revision=request.revision,
        params=less.params.model_dump(mode="json"),
        title=less.outlook.title,
        changes=less.outlook.changes,
        note=note,
        at=at,
    )


def _theirs(request: Request, offers: Sequence[Offer], number: int, person_id: str, now: datetime) -> Offer:
    """Return the offer that this person may answer. Raises ``NotAllowed`` or ``Conflict``."""
    if person_id != request.requester.id:
        raise NotAllowed(f"This was offered to {request.requester.name}; only they can answer it.")
    offer = next((each for each in offers if each.number == number), None)
    if offer is None:
        raise Conflict("There is no such offer.")
    _check_stands(request, offer, now)
    return offer


def _heard(decisions: Sequence[Decision], stage: int, person_id: str, place: Person | None) -> bool:
    """Say whether somebody, or whose place they take, has decided in this stage."""
    own = {person_id} | ({place.id} if place is not None else set())
    return any(each.stage == stage and seats(each) & own for each in decisions)


def _check_stands(request: Request, offer: Offer, now: datetime) -> None:
    raise_lapsed(request, now)
    if offer.answer is not Answer.OPEN:
        raise AlreadyDecided("This offer is answered already.")
    if not request.stands(offer):
        raise Conflict("This offer does not stand any more: the request was decided or changed meanwhile.")


def narrowed(request: Request, less: Asked) -> Request:
    """Return the request as it asks for less; who decides it stays as it is."""
    return replace(
        request,
        params=less.params.model_dump(mode="json"),
        title=less.outlook.title,
        changes=less.outlook.changes,
        risks=less.outlook.risks,
        ends_at=less.params.ends_at,
        revision=request.revision + 1,
    )


def _check_less(before: Kind, offered: Kind, fields: Sequence[str]) -> None:
    if all(getattr(before, name) == getattr(offered, name) for name in fields):
        raise InvalidFields({fields[0]: "Offer less than what was asked for, or approve it as it is."})
