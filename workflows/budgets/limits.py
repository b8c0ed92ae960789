"""Keeps the limits that spend is compared with fresh, a few at a time: OpenAI has no call for the limits of all."""

from collections.abc import Callable
from datetime import datetime, timedelta

from workflows.model import Project
from workflows.organization import Organization
from workflows.store import Database

AT_ONCE = 3
"""Projects looked at in one go: OpenAI allows about seven such calls a minute, and people come first."""

OLD = timedelta(hours=1)


class Limits:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, organization: Organization, database: Database, now: Callable[[], datetime]) -> None:
        self._organization = organization
        self._database = database
        self._now = now
        self._looked: dict[str, datetime] = {}

    async def read_some(self) -> None:
        """Look at the limits of projects that spend: those never seen first, then those seen longest ago."""
        now = self._now()
        async with self._database.read() as work:
            projects = await work.projects()
        self._looked = {each: at for each, at in self._looked.items() if timedelta(0) <= now - at < OLD}
        due = [each for each in projects if self._is_due(each, now)]
        for project in sorted(due, key=lambda each: (each.seen_at is not None, each.seen_at, each.id))[:AT_ONCE]:
            self._looked[project.id] = now
            await self._organization.look_again(project.id)

    def _is_due(self, project: Project, now: datetime) -> bool:
        spends = project.spent > 0 and not project.archived and project.id not in self._looked
        return spends and (project.seen_at is None or now - project.seen_at >= OLD)
