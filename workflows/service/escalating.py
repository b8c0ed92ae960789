"""Passing on: what nobody decided in time goes to the stage's backup too, then to the fallback approvers as well."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from workflows.errors import ForeignWorkspace, UnknownPerson
from workflows.model import Stage
from workflows.service.awaiting import Awaiting
from workflows.service.working_time import worked, zone_of
from workflows.store.reminders import MOST, Waiting

EVENT = "escalated"
LEFT = "reassigned"
BACKUP, FALLBACK = 1, 2


class Escalating(Awaiting):
    async def escalate_due(self) -> int:
        """Pass on what waited too long for everybody who is waited for; returns how many requests that were."""
        now = self.now()
        async with self.database.read() as work:
            waiting = await work.waited_for(MOST)
        by_request: dict[str, list[Waiting]] = {}
        for each in waiting:
            by_request.setdefault(each.request_id, []).append(each)
        return sum([await self._escalate(found, now) for found in by_request.values()])

    async def _escalate(self, waiting: Sequence[Waiting], now: datetime) -> bool:
        """Pass one request on, once everybody who is waited for had the time to decide it in."""
        # A stage in which everybody is new, since the request was changed or handed over, begins anew.
        begun = max(waiting[0].begun, min(each.since for each in waiting))
        waited = min(self._had(each, begun, now) for each in waiting)
        if self._reach(waited, None) <= waiting[0].escalation:
            return False
        request = await self.look_up(waiting[0].request_id)
        if (stage := request.open_stage) is None or request.stage != waiting[0].stage:
            return False
        due = self._reach(waited, stage)
        return due > request.escalation and await self.await_anew(request.id, EVENT, "", escalation=due)

    def _had(self, waiting: Waiting, begun: datetime, now: datetime) -> timedelta:
        return worked(begun, now, zone_of(waiting.person.tz), self.policy.reminders)

    def _reach(self, waited: timedelta, stage: Stage | None) -> int:
        """Return how far something goes that waited so long; a stage without a backup is not passed on to it."""
        terms = self.policy.escalation
        if terms.fallback_after is not None and waited >= timedelta(hours=terms.fallback_after):
            return FALLBACK
        asks_backup = stage is None or stage.backup
        if asks_backup and terms.backup_after is not None and waited >= timedelta(hours=terms.backup_after):
            return BACKUP
        return 0

    async def reassign_due(self) -> int:
        """Wait for others where somebody who is waited for has left; returns how many requests that were."""
        async with self.database.read() as work:
            waiting = await work.waited_for(MOST)
        people = {each.person.id: each.person for each in waiting}
        gone = [each for each in people.values() if not await self._active(each.id)]
        affected = {each.request_id: each.person.name for each in waiting if each.person in gone}
        return sum([await self.await_anew(request_id, LEFT, name) for request_id, name in affected.items()])

    async def _active(self, person_id: str) -> bool:
        try:
            await self.directory.person(person_id)
        except (UnknownPerson, ForeignWorkspace):
            return False
        return True
