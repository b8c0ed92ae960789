"""Handing over: who is away lets another person decide meanwhile, from day to day of their own time zone."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any

from workflows.audit.entry import Draft
from workflows.errors import ForeignWorkspace, InvalidFields, UnknownPerson
from workflows.model import Absence, Actor, OutboxTopic, Person
from workflows.service.awaiting import Awaiting
from workflows.service.desk import SCHEDULER
from workflows.service.working_time import zone_of
from workflows.store import UnitOfWork
from workflows.store.absences import Told

NOTICE = "away"
LONGEST = timedelta(days=92)
TWICE = timedelta(hours=1)
"""Within that, the same form is a second delivery of the first."""


class HandingOver(Awaiting):
    async def absence_of(self, person_id: str) -> Absence | None:
        """Return the absence that this person has set and that is not over, if there is one."""
        async with self.database.read() as work:
            return next((each for each in await work.absences(self.now()) if each.person.id == person_id), None)

    async def today_of(self, person_id: str) -> date:
        """Return the day that it is where this person lives. Raises what looking them up raises."""
        person = await self.known(person_id, "away", "")
        return self.now().astimezone(zone_of(person.tz)).date()

    async def hand_over(self, person_id: str, delegate_id: str, first: date | None, last: date | None) -> Absence:
        """Let *delegate* decide for a person from their *first* day away (left out: now) to the *last*.

        Another absence that they had set ends by this. Raises ``InvalidFields`` for what cannot be: its fields are
        ``delegate``, ``first`` and ``last``.
        """
        person = await self.known(person_id, "away", "")
        now, zone = self.now(), zone_of(person.tz)
        today = now.astimezone(zone).date()
        errors = _wrong_days(first, last, today)
        delegate = None if errors else await self._delegate(delegate_id, person, errors)
        if delegate is None or last is None:
            raise InvalidFields(errors)
        begins = datetime.combine(first, time(), zone) if first and first > today else now
        ends = datetime.combine(last + timedelta(days=1), time(), zone)
        absence = Absence(number=0, person=person, delegate=delegate, since=begins, until=ends)
        async with self.database.begin() as work:
            await work.hold_log()
            standing = await work.absences(now)
            if (same := next((each for each in standing if _same(each, absence)), None)) is not None:
                return same  # the form came twice
            if sentence := _clash(absence, standing):
                raise InvalidFields({"delegate": sentence})
            for each in standing:
                if each.person.id == person.id:
                    await work.end_away(each.number, now)
                elif each.delegate.id == person.id and _overlap(each, absence):
                    await self._inform(work, f"delegate_away:{absence.since.isoformat()}", each, each.person, now)
            absence = await work.set_away(absence)
            await self._write(work, "away_set", Actor.of(person), absence, now)
            await self._inform(work, "set", absence, delegate, now)
        await self.hand_over_due()
        return absence

    async def take_back(self, person_id: str) -> Absence | None:
        """End what this person has handed over; returns it, None when there was nothing."""
        person, now = await self.known(person_id, "away", ""), self.now()
        async with self.database.begin() as work:
            await work.hold_log()  # before an absence, as everywhere
            own = [each for each in await work.absences(now) if each.person.id == person_id]
            for each in own:
                await work.end_away(each.number, now)
                await self._write(work, "away_ended", Actor.of(person), each, now)
                await self._inform(work, "ended", each, each.delegate, now)
        await self.hand_over_due()
        return own[0] if own else None

    async def hand_over_due(self) -> int:
        """Wait for others where an absence began or ended; returns how many did."""
        now = self.now()
        async with self.database.read() as work:
            due = await work.absences_to_tell(now)
        return sum([await self._pass_on(absence, told, now) for absence, told in due])

    async def _pass_on(self, absence: Absence, told: Told, now: datetime) -> bool:
        whose = absence.person if told is Told.BEGUN else absence.delegate
        event = "handed_over" if told is Told.BEGUN else "handed_back"
        async with self.database.read() as work:
            waiting = await work.awaited_of(whose.id)
        for request_id in waiting:
            await self.await_anew(request_id, event, absence.person.name)
        async with self.database.begin() as work:
            await work.hold_log()
            if not await work.tell_absence(absence.number, told):
                return False
            await self._write(work, "away_began" if told is Told.BEGUN else "away_over", SCHEDULER, absence, now)
        return True

    async def _delegate(self, delegate_id: str, person: Person, errors: dict[str, str]) -> Person | None:
        if not delegate_id or delegate_id == person.id:
            errors["delegate"] = "Choose somebody else, who decides for you meanwhile."
            return None
        try:
            found = await self.directory.person(delegate_id)
        except (UnknownPerson, ForeignWorkspace):
            errors["delegate"] = "This is no active member of this workspace. Choose somebody else."
            return None
        if found.email == person.email:
            errors["delegate"] = "This account has your own address. Choose somebody else."
            return None
        return found

    async def _write(self, work: UnitOfWork, action: str, actor: Actor, absence: Absence, now: datetime) -> None:
        data: dict[str, Any] = {
            "absence": absence.number,
            "person": absence.person.email,
            "delegate": absence.delegate.email,
            "since": absence.since,
            "until": absence.until,
        }
        await work.append(Draft(action=action, actor=actor, at=now, data=data))
        work.announced = True

    async def _inform(self, work: UnitOfWork, what: str, absence: Absence, to: Person, now: datetime) -> None:
        says = {
            "what": what.partition(":")[0],
            "by": absence.person.name,
            "delegate": absence.delegate.name,
            "since": absence.since.isoformat(),
            "until": absence.until.isoformat(),
        }
        payload = {"kind": NOTICE, "to": to.id, "says": says}
        await work.tell(OutboxTopic.REPORT, f"{NOTICE}:{absence.number}", what, now, payload)


def _wrong_days(first: date | None, last: date | None, today: date) -> dict[str, str]:
    if last is None:
        return {"last": "Choose the last day that you are away."}
    if last < today:
        return {"last": "Choose today or a later day."}
    if first is not None and first > last:
        return {"first": "The first day is after the last one."}
    if last > today + LONGEST:
        return {"last": f"At most {LONGEST.days} days ahead: {(today + LONGEST).isoformat()} or earlier."}
    return {}


def _clash(absence: Absence, standing: Iterable[Absence]) -> str:
    """Return why this person cannot be handed anything over to, empty when they can: they are away as well."""
    for each in standing:
        if each.person.id == absence.delegate.id and _overlap(each, absence):
            days = f"from {each.since:%Y-%m-%d} to {each.until - timedelta(seconds=1):%Y-%m-%d}"
            return f"{each.person.name} is away then too, {days}. Choose somebody else."
    return ""


def _same(standing: Absence, absence: Absence) -> bool:
    who = standing.person.id == absence.person.id and standing.delegate.id == absence.delegate.id
    begun = standing.since == absence.since or standing.since <= absence.since <= standing.since + TWICE
    return who and begun and standing.until == absence.until


def _overlap(one: Absence, other: Absence) -> bool:
    return one.since < other.until and other.since < one.until
