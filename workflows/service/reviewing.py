"""Reviewing an emergency afterwards: those who were skipped say whether it was right, and what was not is ended."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from workflows.errors import AlreadyDecided, Conflict, ForeignWorkspace, NotAllowed, UnknownPerson
from workflows.lifecycle import Event, State, advance
from workflows.model import Actor, Finding, OutboxTopic, Person, Request, Review, Role, Verdict
from workflows.service.deciding import fit
from workflows.service.desk import SCHEDULER, record, redraw
from workflows.service.emergencies import others
from workflows.service.judging import Judging
from workflows.service.working_time import at_work, zone_of
from workflows.store import UnitOfWork

REVIEW = "review"
MOST = 200


class Reviewing(Judging):
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
        finding = Finding(person=person, right=right, note=said, at=self.now())
        try:
            await self._may_find(request, person)
            return await self._find(request_id, finding, delivery)
        except (NotAllowed, Conflict) as refused:
            raise await self.refuse(request, person, REVIEW, refused, delivery) from None

    async def _find(self, request_id: str, finding: Finding, delivery: str) -> Review:
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(request_id, lock=True)
            if not await work.find(request_id, finding):
                raise AlreadyDecided("You have said so already.")
            review = await work.review(request_id)
            if review is None or review.closed_at is not None:
                raise Conflict("This review is closed already.")
            closes = len(review.findings) >= review.needed
            if closes:
                await work.close_review(request_id, finding.at)
            after = await _saved(work, locked, finding.at, right=finding.right)
            await self._tell_of_finding(work, after, locked.state, finding, closes=closes)
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
        return others([*here, *more], request)

    async def _is_here(self, person: Person) -> bool:
        try:
            await self.directory.person(person.id)
        except (UnknownPerson, ForeignWorkspace):
            return False
        return True

    async def _tell_of_finding(
        self, work: UnitOfWork, after: Request, before: State, finding: Finding, *, closes: bool
    ) -> None:
        person, now = finding.person, finding.at
        proof = {"before": before, "right": finding.right, "note": finding.note}
        await record(work, after, "reviewed", Actor.of(person), now, **proof)
        if after.state is not before:
            event = Event.REVOKED if before is State.GRANTED else Event.CANCELLED
            await record(work, after, event.value, Actor.of(person), now, before=before)
        if closes:
            await record(work, after, "review_closed", Actor.of(person), now)
        await redraw(work, after)
        if not finding.right:
            told = {"event": "found_wrong", "by": person.name, "note": finding.note}
            for role, to in ((Role.DIRECT, after.requester.id), (Role.ALARM, "security")):
                await work.tell(OutboxTopic.POST, after.id, f"{role}:found:{person.id}", now, told | {"to": to})


async def _saved(work: UnitOfWork, request: Request, now: datetime, *, right: bool) -> Request:
    """Store what follows from a finding; what a worker has in its hands stays with it, and is seen to afterwards."""
    after = _ended(request, now, right=right)
    return await work.touch(request.id, now) if after is request else await work.save(after, now)


def _ended(request: Request, now: datetime, *, right: bool) -> Request:
    """Return the request as it stands after a finding: what was not right is ended, or not carried out any more."""
    if right or request.state not in (State.GRANTED, State.APPROVED):
        return request
    event = Event.REVOKED if request.state is State.GRANTED else Event.CANCELLED
    state = advance(request.state, event)
    return replace(request, state=state, due_at=now if state is State.REVERTING else None, attempts=0)
