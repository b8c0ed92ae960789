"""Breaking the glass: carried out before it is decided, for a short time, and reviewed by those who were skipped."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from workflows.errors import (
    AlreadyDecided,
    Conflict,
    ForeignWorkspace,
    InvalidFields,
    NotAllowed,
    Refusal,
    UnknownPerson,
)
from workflows.lifecycle import Event, State, advance
from workflows.model import (
    Actor,
    EmergencyTerms,
    Finding,
    OutboxTopic,
    Person,
    Reference,
    Request,
    Review,
    Role,
    Verdict,
)
from workflows.service.deciding import fit
from workflows.service.desk import (
    SCHEDULER,
    alarm,
    known_kind,
    raise_lapsed,
    record,
    redraw,
    tell_person,
    tell_requester,
    tell_thread,
)
from workflows.service.narrowing import narrowed
from workflows.service.opening import Asked, Opening
from workflows.service.working_time import at_work, zone_of
from workflows.store import UnitOfWork

REVIEW = "review"
MOST = 200


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
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(request, person, "emergency", refused, delivery) from None
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(request.id, lock=True)
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
        asked = await self.asked_for(kind, values, person, request.extends)
        if asked.ruling.denied:
            raise NotAllowed(asked.ruling.denied)
        skipped = await self._skipped(request, terms)
        return asked, Review(why=said, skipped=tuple(skipped), needed=terms.reviewers, opened_at=now)

    async def find(self, request_id: str, person_id: str, note: str = "", *, right: bool, delivery: str = "") -> Review:
        """Say whether an emergency was right; what was not is ended at once, if it stands.

        Raises ``NotAllowed`` for who was not skipped, ``Conflict`` when the review is closed or they said so before,
        ``Refusal`` for a no without a reason, ``Redelivered``.
        """
        await self.fresh(delivery)
        person = await self.known(person_id, REVIEW, delivery, request_id)
        request = await self.look_up(request_id)
        await self.sole_account(person, REVIEW, delivery, request)
        said = fit(Verdict.APPROVE if right else Verdict.DENY, note)
        try:
            await self._may_find(request, person)
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(request, person, REVIEW, refused, delivery) from None
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(request_id, lock=True)
            now = self.now()
            if not await work.find(request_id, Finding(person=person, right=right, note=said, at=now)):
                raise AlreadyDecided("You have said so already.")
            review = await work.review(request_id)
            if review is None or review.closed_at is not None:
                raise Conflict("This review is closed already.")
            closes = len(review.findings) >= review.needed
            if closes:
                await work.close_review(request_id, now)
            after = await work.save(_ended(locked, now, right=right), now)
            await self._tell_of_finding(work, after, locked.state, person, said, right=right, closes=closes)
        return review

    async def see_to_reviews(self) -> int:
        """End what is known to have been wrong and was under way then; remind of open reviews. Returns how many."""
        async with self.database.read() as work:
            wrong = await work.standing_though_wrong(MOST)
        for each in wrong:
            await self._end_wrong(each)
        return len(wrong) + await self.remind_reviewers()

    async def _end_wrong(self, request_id: str) -> None:
        now = self.now()
        async with self.database.begin() as work:
            request = await work.get(request_id, lock=True)
            if request.state is not State.GRANTED:
                return
            after = await work.save(_ended(request, now, right=False), now)
            await record(work, after, Event.REVOKED.value, SCHEDULER, now, before=request.state)
            await redraw(work, after)

    async def remind_reviewers(self) -> int:
        """Remind those who were skipped of reviews that are open, once a working day; returns how many messages."""
        async with self.database.read() as work:
            open_ones = await work.open_reviews(MOST)
        return sum([await self._remind_of_review(each) for each in open_ones])

    async def _remind_of_review(self, request_id: str) -> int:
        now, count = self.now(), 0
        async with self.database.begin() as work:
            request, review = await work.get(request_id), await work.review(request_id)
            if review is None:
                return 0
            heard = {each.person.id for each in review.findings}
            for person in review.skipped:
                zone = zone_of(person.tz)
                day = now.astimezone(zone).date()
                first = review.opened_at.astimezone(zone).date()
                if person.id in heard or day <= first or not at_work(now, zone, self.policy.reminders):
                    continue
                payload = {"event": "review_waits", "by": "", "note": "", "to": person.id}
                role = f"{Role.DIRECT}:{REVIEW}:{day.isoformat()}:{person.id}"
                count += await work.tell(OutboxTopic.POST, request.id, role, now, payload)
            work.announced = count > 0
        return count

    async def _may_break(self, request: Request, reference: Reference, person_id: str) -> EmergencyTerms:
        if person_id != request.requester.id:
            raise NotAllowed(f"Only {request.requester.name} can do that with their own request.")
        _check_stands(request, reference, self.now())
        terms = self.policy.emergency
        if request.kind not in terms.kinds:
            raise NotAllowed("The policy lets nobody have this before it is decided.")
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
        found = _others(people, request)
        if len(found) < terms.reviewers:
            more = await self.resolver.people(request.ruling.fallback, request.project_id)
            found = _others([*people, *more], request)
        if len(found) < terms.reviewers:
            raise Refusal(
                f"{terms.reviewers} people must review this afterwards, and besides you there would be {len(found)}. "
                "It has to wait for its approvers."
            )
        return found

    async def _may_find(self, request: Request, person: Person) -> None:
        async with self.database.read() as work:
            review = await work.review(request.id)
        if review is None:
            raise Conflict("There is nothing to review here.")
        if not any(each.id == person.id for each in await self._reviewers(request, review)):
            raise NotAllowed("This is for those to say who were skipped, and you are not one of them.")
        if review.closed_at is not None:
            raise Conflict("This review is closed already.")

    async def _reviewers(self, request: Request, review: Review) -> Sequence[Person]:
        """Return who may close a review: those who were skipped; the fallback too when too few of them are here."""
        here = [each for each in review.skipped if await self._is_here(each)]
        if len(here) >= review.needed:
            return here
        more = await self.resolver.people(request.ruling.fallback, request.project_id)
        return _others([*here, *more], request)

    async def _is_here(self, person: Person) -> bool:
        try:
            await self.directory.person(person.id)
        except (UnknownPerson, ForeignWorkspace):
            return False
        return True

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

    async def _tell_of_finding(
        self, work: UnitOfWork, after: Request, before: State, person: Person, note: str, *, right: bool, closes: bool
    ) -> None:
        proof = {"before": before, "right": right, "note": note}
        await record(work, after, "reviewed", Actor.of(person), after.updated_at, **proof)
        if after.state is not before:
            event = Event.REVOKED if before is State.GRANTED else Event.CANCELLED
            await record(work, after, event.value, Actor.of(person), after.updated_at, before=before)
        if closes:
            await record(work, after, "review_closed", Actor.of(person), after.updated_at)
        await redraw(work, after)
        if not right:
            await tell_requester(work, after, "found_wrong", by=person.name, note=note)
            await alarm(work, after, "found_wrong", by=person.name, note=note, to="security")


def _others(people: Sequence[Person], request: Request) -> list[Person]:
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


def _ended(request: Request, now: datetime, *, right: bool) -> Request:
    """Return the request as it stands after a finding: what was not right is ended, or not carried out any more."""
    if right or request.state not in (State.GRANTED, State.APPROVED):
        return request
    event = Event.REVOKED if request.state is State.GRANTED else Event.CANCELLED
    state = advance(request.state, event)
    return replace(request, state=state, due_at=now if state is State.REVERTING else None, attempts=0)
