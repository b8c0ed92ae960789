"""Who is waited for, looked up anew while a request waits: somebody is away, came back, or was given the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workflows.lifecycle import State
from workflows.model import Person, Request
from workflows.service.approvers import Panel
from workflows.service.desk import SCHEDULER, Desk, alarm, record, redraw, tell_person, tell_thread
from workflows.store import UnitOfWork


class Awaiting(Desk):
    async def open_panel(self, request: Request) -> Panel:
        """Return who may decide the open stage, as far as is known without OpenAI."""
        async with self.database.read() as work:
            decisions = await work.decisions(request.id)
        earlier = [each for each in decisions if each.stage < request.stage]
        return await self.resolver.panel(request, request.stage, earlier, showing=True)

    async def await_anew(self, request_id: str, event: str, by: str, *, escalation: int = 0) -> bool:
        """Wait for those who may decide by now, and tell the new ones; says whether there were any changes.

        *event* is what they are told and what is proven, *by* the name of whom it is about, *escalation* how far the
        open stage is passed on.
        """
        request = passed_on(await self.look_up(request_id), escalation)
        if request.state is not State.PENDING:
            return False
        panel = await self.open_panel(request)
        async with self.database.begin() as work:
            stored = await work.get(request_id, lock=True)
            if stored.state is not State.PENDING or _place(stored) != _place(request):
                return False  # decided or changed meanwhile, and whoever did that asked who is waited for
            if escalation and stored.escalation >= escalation:
                return False  # another process was faster
            locked = passed_on(stored, escalation)
            return await self._wait_for(work, locked, panel, event, by, escalated=escalation > 0)

    async def _wait_for(
        self, work: UnitOfWork, request: Request, panel: Panel, event: str, by: str, *, escalated: bool
    ) -> bool:
        """Wait for whoever of the *panel* is not heard yet, neither themselves nor through somebody else."""
        heard = [each for each in await work.decisions(request.id) if each.stage == request.stage]
        before = await work.awaited(request.id, request.stage)
        waited = panel.unheard(heard)
        if not escalated and _same(before, waited):
            return False
        now = self.now()
        await work.await_people(request.id, request.stage, waited.people, waited.stand_ins, since=now)
        after = await work.save(replace(request, fallback_used=panel.fallback), now)
        proof = {"before": [each.email for each in before], "approvers": [each.email for each in waited.people]}
        await record(work, after, event, SCHEDULER, after.updated_at, **proof)
        await redraw(work, after)
        known = {each.id for each in before}
        new = [each for each in waited.people if each.id not in known]
        for person in new:
            await tell_person(work, after, person.id, event, by=by)
        if escalated and new:
            await tell_thread(work, after, event)
        if panel.lacks(request.ruling.stages[request.stage].quorum, heard):
            await alarm(work, after, "nobody_left")
        return True


def passed_on(request: Request, escalation: int) -> Request:
    return replace(request, escalation=max(request.escalation, escalation))


def _place(request: Request) -> tuple[int, int]:
    """Return what says who is waited for: the open stage, and of which revision."""
    return request.stage, request.revision


def _same(before: Mapping[Person, Sequence[Person]], panel: Panel) -> bool:
    """Say whether these are waited for already, each in the same places."""
    stand_ins = {each.id: [one.id for one in panel.stand_ins.get(each.id, ())] for each in panel.people}
    return {each.id: [one.id for one in absent] for each, absent in before.items()} == stand_ins
