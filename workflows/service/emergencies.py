"""Breaking the glass: carried out before it is decided, for a short time, and reviewed by those who were skipped."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from workflows.errors import (
    Conflict,
    InvalidFields,
    NotAllowed,
    Refusal,
)
from workflows.lifecycle import Event, State, advance
from workflows.model import (
    Actor,
    EmergencyTerms,
    OutboxTopic,
    Person,
    Reference,
    Request,
    Review,
    Role,
    Verdict,
)
from workflows.service.asked import Asked
from workflows.service.deciding import fit
from workflows.service.desk import (
    alarm,
    known_kind,
    raise_lapsed,
    record,
    redraw,
    tell_person,
    tell_thread,
)
from workflows.service.narrowing import narrowed
from workflows.service.opening import Opening
from workflows.store import UnitOfWork


class Emergencies(Opening):
    async def breakable(self, reference: Reference, person_id: str) -> tuple[Request, date]:
        """Return a request, and the last day until which it can be had in an emergency.

        Raises ``NotAllowed`` or ``Conflict`` for what cannot be done in one, or not by this person.
        """
        request = await self.look_up(reference.request_id)
        try:
            terms = await self._may_break(request, reference, person_id)
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(
                request, await self.known(person_id, "emergency", ""), "emergency", refused
            ) from None
        return request, self._last_day(terms)

    async def break_glass(
        self, reference: Reference, person_id: str, why: str, until: date | None, *, delivery: str = ""
    ) -> Request:
        """Have a request carried out that nobody has decided yet, until a day, and open its review.

        Raises ``NotAllowed``, ``Conflict``, ``InvalidFields`` (``reason``, ``until``), ``Refusal`` when nobody could
        review it, ``Redelivered``, and ``AdminAPIError`` when it cannot be known who may.
        """
        await self.fresh(delivery)
        person = await self.known(person_id, "emergency", delivery, reference.request_id)
        request = await self.look_up(reference.request_id)
        await self.sole_account(person, "emergency", delivery, request)
        try:
            asked, review = await self._drawn_up_review(request, reference, person, why, until)
            return await self._break(reference, asked, review, delivery)
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(request, person, "emergency", refused, delivery) from None

    async def _break(self, reference: Reference, asked: Asked, review: Review, delivery: str) -> Request:
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(reference.request_id, lock=True)
            now = self.now()
            _check_stands(locked, reference, now)
            state = advance(locked.state, Event.GLASS_BROKEN)
            after = await work.save(replace(narrowed(locked, asked), state=state, due_at=now), now)
            await work.open_review(after.id, review)
            await self._tell_of_glass(work, after, review, before=locked)
            return after

    async def _drawn_up_review(
        self, request: Request, reference: Reference, person: Person, why: str, until: date | None
    ) -> tuple[Asked, Review]:
        """Return what would be carried out, and who is to review that."""
        terms, now = await self._may_break(request, reference, person.id), self.now()
        said, last = _fit(why, until, self._last_day(terms), now.date())
        kind = known_kind(self.kinds, request.kind)
        values = {**kind.filled_in(request.params), "until": last.isoformat()}
        asked = await self.asked_for(kind, values, person, request.extends, request.id)
        if asked.ruling.denied:
            raise NotAllowed(asked.ruling.denied)
        skipped = await self._skipped(request, terms)
        return asked, Review(why=said, skipped=tuple(skipped), needed=terms.reviewers, opened_at=now)

    async def _may_break(self, request: Request, reference: Reference, person_id: str) -> EmergencyTerms:
        if person_id != request.requester.id:
            raise NotAllowed(f"Only {request.requester.name} can do that with their own request.")
        _check_stands(request, reference, self.now())
        terms = self.policy.emergency
        if request.kind not in terms.kinds:
            raise NotAllowed("The policy lets nobody have this before it is decided.")
        if request.extends:  # what is found wrong afterwards is ended, and this would have no end of its own
            raise NotAllowed("More time for what was given is for its approvers to decide, also in an emergency.")
        people = await self.resolver.people(terms.terms.people, request.project_id)
        if not any(each.id == person_id for each in people):
            who = " or ".join(map(str, terms.terms.people))
            raise NotAllowed(f"In an emergency only {who} can have this before it is decided.")
        return terms.terms

    def _last_day(self, terms: EmergencyTerms) -> date:
        return self.now().date() + timedelta(days=terms.longest_days - 1)

    async def _skipped(self, request: Request, terms: EmergencyTerms) -> Sequence[Person]:
        """Return who should have decided, with the fallback where those are too few. Raises ``Refusal``."""
        sources = [each for stage in request.ruling.stages for each in (*stage.approvers, *stage.backup)]
        people = await self.resolver.people(sources, request.project_id)
        found = others(people, request)
        if len(found) < terms.reviewers:
            more = await self.resolver.people(request.ruling.fallback, request.project_id)
            found = others([*people, *more], request)
        if len(found) < terms.reviewers:
            raise Refusal(
                f"{terms.reviewers} people must review this afterwards, and besides you there would be {len(found)}. "
                "It has to wait for its approvers."
            )
        return found

    async def _tell_of_glass(self, work: UnitOfWork, after: Request, review: Review, *, before: Request) -> None:
        requester = after.requester
        proof = {
            "before": before.state,
            "why": review.why,
            "stage": before.stage,
            "skipped": [each.email for each in review.skipped],
            "params_before": dict(before.params),
            "params": dict(after.params),
            "ends_at": after.ends_at,
        }
        await record(work, after, Event.GLASS_BROKEN.value, Actor.of(requester), after.updated_at, **proof)
        await redraw(work, after)
        await tell_thread(work, after, Event.GLASS_BROKEN.value, by=requester.name, note=review.why)
        await alarm(work, after, Event.GLASS_BROKEN.value, by=requester.name, note=review.why, to="security")
        await work.tell(OutboxTopic.POST, after.id, Role.REVIEW, after.updated_at)
        for person in review.skipped:
            await tell_person(work, after, person.id, "skipped", by=requester.name, note=review.why)


def others(people: Sequence[Person], request: Request) -> list[Person]:
    """Return those *people*, each once, who are not the requester under any account."""
    own = request.requester
    return list({each.id: each for each in people if each.id != own.id and each.email != own.email}.values())


def _check_stands(request: Request, reference: Reference, now: datetime) -> None:
    raise_lapsed(request, now)
    if request.state is not State.PENDING:
        raise Conflict(f"This request is {request.state} already.")
    if request.revision != reference.revision:
        raise Conflict("What is asked for was changed meanwhile. Look at the card first.")


def _fit(why: str, until: date | None, last: date, today: date) -> tuple[str, date]:
    """Return the reason and the last day. Raises ``InvalidFields``."""
    errors = {}
    until = until or last
    if not today <= until <= last:
        errors["until"] = f"In an emergency it can be had until {last.isoformat()} at the latest."
    try:
        said = fit(Verdict.DENY, why) if why.strip() else ""
    except Refusal as unfit:
        errors["reason"] = str(unfit)
    else:
        if not said:
            errors["reason"] = "Say why this cannot wait: those who are skipped will read it."
    if errors:
        raise InvalidFields(errors)
    return said, until
