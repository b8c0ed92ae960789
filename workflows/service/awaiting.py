"""Who is waited for, looked up anew while a request waits: somebody is away, came back, or was given the decision."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from workflows.lifecycle import State
from workflows.model import Person, Request
from workflows.service.approvers import Panel
from workflows.service.desk import SCHEDULER, Desk, alarm, record, redraw, tell_person, tell_thread


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
            locked = passed_on(await work.get(request_id, lock=True), escalation)
            if locked.state is not State.PENDING or locked.stage != request.stage:
                return False
            before = await work.awaited(request_id, locked.stage)
            if not escalation and _same(before, panel):
                return False
            now = self.now()
            await work.await_people(request_id, locked.stage, panel.people, panel.stand_ins, since=now)
            after = await work.save(replace(locked, fallback_used=panel.fallback), now)
            proof = {"before": [each.email for each in before], "approvers": [each.email for each in panel.people]}
            await record(work, after, event, SCHEDULER, after.updated_at, **proof)
            await redraw(work, after)
            known = {each.id for each in before}
            new = [each for each in panel.people if each.id not in known]
            for person in new:
                await tell_person(work, after, person.id, event, by=by)
            if escalation and new:
                await tell_thread(work, after, event)
            if panel.lacks(locked.ruling.stages[locked.stage].quorum, await work.decisions(request_id), locked.stage):
                await alarm(work, after, "nobody_left")
        return True


def passed_on(request: Request, escalation: int) -> Request:
    return replace(request, escalation=max(request.escalation, escalation))


def _same(before: Mapping[Person, Sequence[Person]], panel: Panel) -> bool:
    """Say whether these are waited for already, each in the same places."""
    stand_ins = {each.id: [one.id for one in panel.stand_ins.get(each.id, ())] for each in panel.people}
    return {each.id: [one.id for one in absent] for each, absent in before.items()} == stand_ins
