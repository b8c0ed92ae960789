"""Grants: prolonged by a request of their own, given back early, ended in time, announced before."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from workflows.errors import Conflict, NotAllowed
from workflows.kind import Grant
from workflows.lifecycle import Event, State, advance
from workflows.model import Actor, OutboxTopic, Person, Request, Role
from workflows.service.desk import SCHEDULER, known_kind, record, redraw, tell_requester, tell_thread
from workflows.service.opening import Opening

NOTICE = timedelta(days=3)
"""How long before its end a grant is spoken of; half its life when it lives less than twice that."""

BATCH = 100
LEDGER = 200
STANDING = (State.GRANTED, State.REVERTING, State.REVERT_FAILED)


class Granting(Opening):
    async def extend(self, request_id: str, person_id: str, *, delivery: str = "") -> Request:
        """Ask that a grant lasts as long again: a new request, to be decided like the first; its requester may."""
        await self.fresh(delivery)
        person = await self.known(person_id, "extend", delivery, request_id)
        request = await self.look_up(request_id)
        if person.id != request.requester.id:
            refusal = NotAllowed("Only who asked for this can ask for more time.")
            raise await self.refuse(request, person, "extend", refusal, delivery)
        if request.state is not State.GRANTED or request.ends_at is None:
            over = Conflict(f"This is {request.state} already; ask for it anew.")
            raise await self.refuse(request, person, "extend", over, delivery)
        until = last_day(request.ends_at) + span(request)
        reason = f"More time for {request.id}. {request.params.get('reason', '')}"[:3000]
        values = {**request.params, "until": until.date().isoformat(), "reason": reason}
        # One open extension of a grant at a time: pressing the button again finds the first.
        origin = f"extend:{request.id}:{request.ends_at:%Y-%m-%d}:{await self._round(request)}"
        return await self.open(request.kind, values, person_id, origin=origin, extends=request.id)

    async def _round(self, request: Request) -> int:
        """Return how many extensions of this very end were asked for and came to nothing."""
        number = 0
        async with self.database.read() as work:
            while found := await work.by_origin(f"extend:{request.id}:{request.ends_at:%Y-%m-%d}:{number}"):
                if found.state in _UNDER_WAY:
                    break
                number += 1
        return number

    async def give_back(self, request_id: str, person_id: str, *, delivery: str = "") -> Request:
        """End a grant early; who asked for it may, its approvers and administrators too."""
        await self.fresh(delivery)
        person = await self.known(person_id, "give_back", delivery, request_id)
        request = await self.look_up(request_id)
        mine = person.id == request.requester.id
        if not mine and not await self._ends(request, person):
            refusal = NotAllowed("Only who asked for this, its approvers or an administrator can end it early.")
            raise await self.refuse(request, person, "give_back", refusal, delivery)
        event = Event.GIVEN_BACK if mine else Event.REVOKED
        try:
            return await self._end_grant(request_id, event, Actor.of(person), by=person, delivery=delivery)
        except Conflict as late:
            raise await self.refuse(request, person, "give_back", late, delivery) from None

    async def _ends(self, request: Request, person: Person) -> bool:
        """Say whether somebody else's grant is theirs to end."""
        if await self.decides(request, person):
            return True
        kind = known_kind(self.kinds, request.kind)
        return issubclass(kind, Grant) and kind.owners_end and await self.owns(request.project_id, person)

    async def end_due(self) -> int:
        """Begin to take back the grants whose time is over; returns how many."""
        async with self.database.read() as work:
            over = await work.ending(self.now(), BATCH)
        return sum([await self._end(each) for each in over])

    async def _end(self, request_id: str) -> bool:
        try:
            await self._end_grant(request_id, Event.ENDED, SCHEDULER)
        except Conflict:
            return False  # given back, prolonged, or ended by another process, since it was listed
        return True

    async def _end_grant(
        self, request_id: str, event: Event, actor: Actor, *, by: Person | None = None, delivery: str = ""
    ) -> Request:
        now = self.now()
        async with self.database.begin() as work:
            await self.once(work, delivery)
            request = await work.get(request_id, lock=True)
            if event is Event.ENDED and request.ends_at is not None and request.ends_at > now:
                raise Conflict("It was given more time meanwhile.")
            ended = replace(request, state=advance(request.state, event), due_at=now, attempts=0)
            after = await work.save(ended, now)
            await record(work, after, event.value, actor, now, before=request.state, ends_at=request.ends_at)
            await redraw(work, after)
            if by is not None:
                await tell_thread(work, after, event.value, by=by.name)
                if by.id != after.requester.id:
                    await tell_requester(work, after, event.value, by=by.name)
            return after

    async def announce_ends(self) -> int:
        """Tell of the grants that end soon, once for each end; returns how many were told of."""
        now = self.now()
        async with self.database.read() as work:
            soon = [await work.get(each) for each in await work.ending(now + NOTICE, BATCH)]
        due = [each for each in soon if each.ends_at is not None and notice_at(each) <= now < each.ends_at]
        return sum([await self._announce(each, now) for each in due])

    async def _announce(self, request: Request, now: datetime) -> bool:
        if request.ends_at is None:
            return False
        async with self.database.begin() as work:
            role = f"{Role.ENDING}:{request.ends_at:%Y-%m-%d}"
            if not await work.tell(OutboxTopic.POST, request.id, role, now):
                return False
            payload = {"event": "ending", "by": "", "note": "", "to": request.requester.id}
            direct = f"{Role.DIRECT}:{role}"
            await work.tell(OutboxTopic.POST, request.id, direct, now, payload)
            return True

    async def grants(self, person_id: str) -> list[Request]:
        """Return what is given for a time now, and to whom this person may know it, those first that end first.

        Administrators and auditors see all; others what they asked for, and what is given in projects they own.
        """
        person = await self.directory.person(person_id)
        async with self.database.read() as work:
            found = [await work.get(each) for each in await work.grants(STANDING, LEDGER)]
        if await self.is_administrator(person) or await self.is_auditor(person_id):
            return found
        owners = {each: await self.organization.owners_seen(each) for each in {one.project_id for one in found}}
        return [each for each in found if each.requester.id == person.id or person.email in owners[each.project_id]]


_UNDER_WAY = frozenset({State.PENDING, State.APPROVED, State.EXECUTING, State.UNCONFIRMED, State.FAILED})


def last_day(ends_at: datetime) -> datetime:
    """Return the last day of what ends at that midnight."""
    return ends_at - timedelta(days=1)


def span(request: Request) -> timedelta:
    """Return how long a grant was asked for at first: the UTC days from that of asking to its last, at least one.

    Neither the hour of asking nor how long the decision took makes it longer or shorter.
    """
    days = date.fromisoformat(str(request.params["until"])) - request.created_at.date()
    return max(days, timedelta()) + timedelta(days=1)


def notice_at(request: Request) -> datetime:
    """Return when the end of a grant is announced."""
    ends_at = request.ends_at or request.created_at
    since = request.granted_at or request.created_at
    return ends_at - min(NOTICE, (ends_at - since) / 2)
