"""Everything else that can happen to a request by a person or by time: cancelled, tried again, expired."""

from dataclasses import replace

from workflows.errors import Conflict, NotAllowed
from workflows.lifecycle import Event, State, advance
from workflows.model import Actor, Person, Request
from workflows.service.desk import SCHEDULER, Desk, record, redraw, tell_requester, tell_thread

BATCH = 100


class Ending(Desk):
    async def cancel(self, request_id: str, person_id: str, *, delivery: str = "") -> Request:
        """Withdraw a request that has not begun to run; its requester or an administrator may."""
        await self.fresh(delivery)
        person = await self.known(person_id, "cancel", delivery, request_id)
        request = await self.look_up(request_id)
        if person.id != request.requester.id and not await self.is_administrator(person):
            refusal = NotAllowed("Only the requester or an administrator can cancel this.")
            raise await self.refuse(request, person, "cancel", refusal, delivery)
        return await self._moved(request, person, "cancel", Event.CANCELLED, delivery)

    async def retry(self, request_id: str, person_id: str, *, delivery: str = "") -> Request:
        """Have a failed request tried again from the step that failed; its approvers or an administrator may."""
        await self.fresh(delivery)
        person = await self.known(person_id, "retry", delivery, request_id)
        request = await self.look_up(request_id)
        if not await self.decides(request, person):
            refusal = NotAllowed("Only its approvers or an administrator can have it tried again.")
            raise await self.refuse(request, person, "retry", refusal, delivery)
        return await self._moved(request, person, "retry", Event.RETRIED, delivery)

    async def abandon(self, request_id: str, person_id: str, *, delivery: str = "") -> Request:
        """Have what a failed request did until then taken back; its approvers or an administrator may."""
        await self.fresh(delivery)
        person = await self.known(person_id, "abandon", delivery, request_id)
        request = await self.look_up(request_id)
        if not await self.decides(request, person):
            refusal = NotAllowed("Only its approvers or an administrator can have it taken back.")
            raise await self.refuse(request, person, "abandon", refusal, delivery)
        return await self._moved(request, person, "abandon", Event.ABANDONED, delivery)

    async def _moved(self, request: Request, person: Person, what: str, event: Event, delivery: str) -> Request:
        try:
            return await self._move(request.id, person, event, delivery)
        except Conflict as late:
            raise await self.refuse(request, person, what, late, delivery) from None

    async def _move(self, request_id: str, person: Person, event: Event, delivery: str) -> Request:
        now = self.now()
        async with self.database.begin() as work:
            await self.once(work, delivery)
            request = await work.get(request_id, lock=True)
            state = advance(request.state, event)
            due_at = now if state in (State.APPROVED, State.REVERTING) else None
            after = await work.save(replace(request, state=state, due_at=due_at, attempts=0), now)
            await record(work, after, event.value, Actor.of(person), now, before=request.state)
            await redraw(work, after)
            await tell_requester(work, after, event.value, by=person.name)
            return after

    async def expire_due(self) -> int:
        """Expire pending requests whose life is over; returns how many."""
        async with self.database.read() as work:
            lapsed = await work.lapsed(self.now(), BATCH)
        return sum([await self._expire(each) for each in lapsed])

    async def _expire(self, request_id: str) -> bool:
        now = self.now()
        try:
            async with self.database.begin() as work:
                request = await work.get(request_id, lock=True)
                if request.expires_at > now:
                    return False  # changed since it was listed, and its life began anew
                after = await work.save(replace(request, state=advance(request.state, Event.LAPSED)), now)
                await record(work, after, Event.LAPSED.value, SCHEDULER, now, before=request.state)
                await redraw(work, after)
                await tell_requester(work, after, Event.LAPSED.value)
                await tell_thread(work, after, Event.LAPSED.value)
        except Conflict:
            return False  # decided, or expired by another process, since it was listed
        return True
