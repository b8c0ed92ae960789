"""Who is waited for, looked up anew while a request waits: somebody is away, came back, or was given the decision."""

from collections.abc import Mapping, Sequence

from workflows.lifecycle import State
from workflows.model import Person, Request
from workflows.service.approvers import Panel
from workflows.service.desk import SCHEDULER, Desk, record, redraw, tell_person


class Awaiting(Desk):
    async def open_panel(self, request: Request) -> Panel:
        """Return who may decide the open stage, as far as is known without OpenAI."""
        async with self.database.read() as work:
            decisions = await work.decisions(request.id)
        earlier = [each for each in decisions if each.stage < request.stage]
        return await self.resolver.panel(request.ruling.stages[request.stage], request, earlier, showing=True)

    async def await_anew(self, request_id: str, event: str, by: str) -> bool:
        """Wait for those who may decide by now, and tell the new ones; says whether there were any changes.

        *event* is what they are told and what is proven, *by* the name of whom it is about.
        """
        request = await self.look_up(request_id)
        if request.state is not State.PENDING:
            return False
        panel = await self.open_panel(request)
        async with self.database.begin() as work:
            locked = await work.get(request_id, lock=True)
            if locked.state is not State.PENDING or locked.stage != request.stage:
                return False
            before = await work.awaited(request_id, locked.stage)
            if _same(before, panel):
                return False
            await work.await_people(request_id, locked.stage, panel.people, panel.stand_ins)
            after = await work.save(locked, self.now())
            proof = {"before": [each.email for each in before], "approvers": [each.email for each in panel.people]}
            await record(work, after, event, SCHEDULER, after.updated_at, **proof)
            await redraw(work, after)
            known = {each.id for each in before}
            for person in panel.people:
                if person.id not in known:
                    await tell_person(work, after, person.id, event, by=by)
        return True


def _same(before: Mapping[Person, Sequence[Person]], panel: Panel) -> bool:
    """Say whether these are waited for already, each in the same places."""
    stand_ins = {each.id: [one.id for one in panel.stand_ins.get(each.id, ())] for each in panel.people}
    return {each.id: [one.id for one in absent] for each, absent in before.items()} == stand_ins
