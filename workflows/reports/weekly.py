"""The weekly digest: decides for each owner and week once whether there is something to say, and orders it told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from pydantic import TypeAdapter

from workflows.audit.entry import Draft
from workflows.budgets.turn import Turn
from workflows.errors import AmbiguousPerson, ForeignWorkspace, UnknownPerson
from workflows.model import Directory, OutboxTopic, Person, Project
from workflows.policy import Digest as Terms
from workflows.reports.digest import Digest
from workflows.reports.figures import Figures, Week
from workflows.reports.ownership import Ownership
from workflows.reports.weeks import due_at, is_due, week_of, weeks_due
from workflows.service.desk import SCHEDULER
from workflows.service.working_time import zone_of
from workflows.store import Database

DIGEST = "digest"
CONTENT = TypeAdapter(Digest)
LOOKED_UP = 20
"""People looked up in one go: Slack allows fifty a minute, and people's clicks need some of them."""

REMEMBERED = timedelta(hours=12)
LEAD = timedelta(days=1)
"""How long before the first digests are due it is asked who owns what, and who that is."""

FIRST = timedelta(days=1)
"""How long after the bot was installed nothing is told: its people and their projects are only just becoming known."""

MOST_WAITING = 20
"""Requests that wait for somebody which one digest knows of."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, kw_only=True)
class _Known:
    """Who has an address, None for nobody here, and when that was asked."""

    person: Person | None
    at: datetime


class Weekly:
    """``now`` is the clock (UTC)."""

    def __init__(
        self,
        *,
        directory: Directory,
        ownership: Ownership,
        database: Database,
        figures: Figures,
        terms: Callable[[], Terms],
        turn: Turn,
        now: Callable[[], datetime],
    ) -> None:
        self._directory = directory
        self._ownership = ownership
        self._database = database
        self._figures = figures
        self._terms = terms
        self._turn = turn
        self._now = now
        self._people: dict[str, _Known] = {}

    async def run_due(self, begun: datetime) -> int:
        """Write the digests that are due and were not written yet; returns how many people are told something.

        A week that was due before *begun* is over: nobody wants a digest in the middle of the week in which the bot
        was installed.
        """
        if not self._terms().weekly or self._now() < begun + FIRST:
            return 0
        _, missing, _ = await self._look()
        if not await self._ownership.read_some(wanted=bool(missing)):
            return 0  # a digest with half of somebody's projects would stand for the whole week
        owned, missing, written = await self._look()
        due = {each: who for each, who in (await self._known(missing)).items() if self._is_due(who, begun)}
        due = {each: who for each, who in due.items() if (each, self._week(who)) not in written}
        week = await self._figures.week() if due else None
        if week is None:
            return 0
        return sum([await self._write(email, person, owned[email], week) for email, person in due.items()])

    async def _look(self) -> tuple[Mapping[str, Sequence[Project]], Sequence[str], set[tuple[str, str]]]:
        """Return who owns what, whose digest is due soon or now, and what was written of those weeks."""
        weeks = weeks_due(self._now() + LEAD, self._terms())
        owned = await self._ownership.owned()
        async with self._database.read() as work:
            written = await work.reported(DIGEST, weeks)
        return owned, [email for email in sorted(owned) if any((email, week) not in written for week in weeks)], written

    def _is_due(self, person: Person, begun: datetime) -> bool:
        local = self._now().astimezone(zone_of(person.tz))
        return is_due(local, self._terms()) and due_at(local, self._terms()).astimezone(UTC) >= begun

    def _week(self, person: Person) -> str:
        return week_of(self._now().astimezone(zone_of(person.tz)))

    async def _known(self, emails: Sequence[str]) -> dict[str, Person]:
        """Return who has these addresses, as far as known; some of the others are looked up each time."""
        now = self._now()
        self._people = {
            each: known for each, known in self._people.items() if timedelta(0) <= now - known.at < REMEMBERED
        }
        unknown = [each for each in emails if each not in self._people]
        for email in unknown[:LOOKED_UP]:
            self._people[email] = _Known(person=await self._look_up(email), at=now)
        found = {each: self._people[each].person for each in emails if each in self._people}
        return {each: person for each, person in found.items() if person is not None}

    async def _look_up(self, email: str) -> Person | None:
        try:
            return await self._directory.by_email(email)
        except (UnknownPerson, AmbiguousPerson, ForeignWorkspace) as problem:
            log.info("owner_not_told", problem=str(problem))
            return None

    async def _write(self, email: str, person: Person, projects: Sequence[Project], week: Week) -> bool:
        """Write down what this owner is told this week, with the order to tell it; False when it is nothing."""
        period = self._week(person)
        async with self._turn.writing() as work:
            digest = week.digest(projects, await work.awaiting(person.id, MOST_WAITING))
            says: dict[str, Any] = CONTENT.dump_python(digest, mode="json") if digest.says_something else {}
            now = self._now()
            if not await work.write_report(DIGEST, email, period, now, says) or not says:
                return False
            spent = sum(each.spent for each in digest.projects)
            proof = {"owner": email, "week": period, "projects": len(digest.projects), "spent": spent}
            await work.append(Draft(action="digest_sent", actor=SCHEDULER, at=now, data=proof))
            payload = {"kind": DIGEST, "subject": email, "period": period, "to": person.id}
            return await work.tell(OutboxTopic.REPORT, f"{DIGEST}:{email}", f"{DIGEST}:{period}", now, payload)
