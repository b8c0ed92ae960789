"""Who owns what: keeps the owners of all projects known, a few at a time, since OpenAI has no call for all of them."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from workflows.budgets.months import utc_day
from workflows.errors import AdminAPIError, AdminAPIRefused, AdminAPIThrottled
from workflows.model import Project
from workflows.organization import Organization
from workflows.store import Database

AT_ONCE = 3
"""Projects asked about in one go: OpenAI allows about seven such calls a minute, and people come first."""

OLD = timedelta(hours=36)
"""How long an answer is believed; longer in an organisation so large that asking about all of it takes longer."""

A_ROUND = timedelta(minutes=1)
TRIES = 3


class Ownership:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, organization: Organization, database: Database, now: Callable[[], datetime]) -> None:
        self._organization = organization
        self._database = database
        self._now = now
        self._failed = Counter[str]()
        self._day = utc_day(now())

    async def read_some(self, *, wanted: bool) -> bool:
        """Ask who owns some projects, those first of which nobody is known; says whether all are known now.

        Unless that is *wanted* to be fresh, only those are asked about that never were. One that OpenAI does not speak
        of counts as known: it must not keep everybody else waiting for their digest.
        """
        if utc_day(self._now()) != self._day:
            self._day = utc_day(self._now())
            self._failed.clear()  # what OpenAI does not speak of today, it may tomorrow
        live = await self._live()
        due = await self._due(live, wanted=wanted)
        for project in sorted(due, key=lambda each: (bool(each.owners), each.id))[:AT_ONCE]:
            await self._look(project)
        return not await self._due(live, wanted=wanted)

    async def owned(self) -> Mapping[str, list[Project]]:
        """Return each owner's address → their live projects."""
        found: dict[str, list[Project]] = {}
        for project in await self._live():
            for email in project.owners:
                found.setdefault(email.lower(), []).append(project)
        return found

    async def _due(self, live: list[Project], *, wanted: bool) -> list[Project]:
        old = max(OLD, A_ROUND * (len(live) * 2 // AT_ONCE))
        async with self._database.read() as work:
            known = await work.owners_known(self._now() - old if wanted else None)
        return [each for each in live if each.id not in known and self._failed[each.id] < TRIES]

    async def _look(self, project: Project) -> None:
        """Ask who owns a project. What was known before stays while OpenAI does not answer."""
        try:
            await self._organization.learn_owners(project.id)
        except AdminAPIError as problem:
            clear = isinstance(problem, AdminAPIRefused) and not isinstance(problem, AdminAPIThrottled)
            self._failed[project.id] += TRIES if clear else 1
        else:
            del self._failed[project.id]

    async def _live(self) -> list[Project]:
        async with self._database.read() as work:
            return [each for each in await work.projects() if not each.archived]
