"""Reminding who is waited for: less and less often, in their own working hours, and never a storm of messages."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog

from workflows.errors import ForeignWorkspace, UnknownPerson
from workflows.lifecycle import State
from workflows.model import OutboxTopic, Role
from workflows.service.desk import Desk
from workflows.service.working_time import at_work, worked, zone_of
from workflows.store.reminders import MOST, Waiting

WAITING = "waiting"
REMINDER = "reminder"
SHOWN = 20
log = structlog.get_logger(__name__)


class Reminding(Desk):
    async def remind_due(self) -> int:
        """Remind everybody whose time it is, each once; returns how many messages that makes."""
        if not self.policy.reminders.after:
            return 0
        async with self.database.read() as work:
            waiting = await work.waited_for(MOST)
        people: dict[str, list[Waiting]] = {}
        for each in waiting:
            people.setdefault(each.person.id, []).append(each)
        now = self.now()
        return sum([await self._remind(found, now) for found in people.values()])

    async def _remind(self, waiting: Sequence[Waiting], now: datetime) -> int:
        terms, person = self.policy.reminders, waiting[0].person
        zone = zone_of(person.tz)
        if not at_work(now, zone, terms):
            return 0
        due = [(each, self._due(each, now)) for each in waiting]
        due = [(each, count) for each, count in due if count > each.reminded]
        if not due or not await self._here(person.id):
            return 0
        if len(waiting) > terms.digest_above:
            return await self._digest(waiting, due, now)
        return sum([await self._remind_of(each, count, now) for each, count in due])

    def _due(self, waiting: Waiting, now: datetime) -> int:
        """Return how many reminders are due by now: after a long absence several at once, of which one is sent."""
        passed = worked(waiting.since, now, zone_of(waiting.person.tz), self.policy.reminders)
        return sum(passed >= timedelta(hours=each) for each in self.policy.reminders.after)

    async def _here(self, person_id: str) -> bool:
        try:
            await self.directory.person(person_id)
        except (UnknownPerson, ForeignWorkspace) as problem:
            log.info("not_reminded", person=person_id, problem=str(problem))
            return False
        return True

    async def _remind_of(self, waiting: Waiting, count: int, now: datetime) -> bool:
        async with self.database.begin() as work:
            request = await work.get(waiting.request_id, lock=True)
            if request.state is not State.PENDING or request.stage != waiting.stage:
                return False
            if not await work.remind(waiting, count, now):
                return False
            role = f"{Role.DIRECT}:{REMINDER}:{waiting.stage}:{count}:{waiting.person.id}"
            payload = {"event": REMINDER, "by": "", "note": "", "to": waiting.person.id}
            await work.tell(OutboxTopic.POST, request.id, role, now, payload)
            work.announced = True
        return True

    async def _digest(self, waiting: Sequence[Waiting], due: Sequence[tuple[Waiting, int]], now: datetime) -> int:
        """Order one message about all that waits for somebody, once a day of theirs."""
        person = waiting[0].person
        day = now.astimezone(zone_of(person.tz)).date().isoformat()
        listed = [
            {
                "id": each.request_id,
                "title": each.title,
                "by": each.requester,
                "expires_at": each.expires_at.isoformat(),
            }
            for each in waiting[:SHOWN]
        ]
        async with self.database.begin() as work:
            if not await work.write_report(WAITING, person.id, day, now, {"count": len(waiting), "requests": listed}):
                return 0
            for each, count in due:
                await work.remind(each, count, now)
            payload = {"kind": WAITING, "subject": person.id, "period": day, "to": person.id}
            await work.tell(OutboxTopic.REPORT, f"{WAITING}:{person.id}", f"{WAITING}:{day}", now, payload)
            work.announced = True
        return 1
