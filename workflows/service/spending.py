"""Who may know what a project spends, and which projects are somebody's business."""

import asyncio
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workflows.errors import AdminAPIError, InvalidFields, NotAllowed, Refusal
from workflows.model import Person, Project
from workflows.service.desk import Desk
from workflows.steps.people.places import place_subject

T = TypeVar("T")
MOST_ASKED = 5
"""Projects that OpenAI is asked about, one call each of some seven a minute, while somebody waits."""

UNSURE = "OpenAI did not say just now whether you belong to this project. Please try again in a minute."


@dataclass(frozen=True, kw_only=True)
class Sight:
    """The projects that a person may see the spend of. ``everything``: all that there are.

    ``unsure`` are others that are probably theirs, but OpenAI was not asked, or did not answer.
    """

    everything: bool
    projects: tuple[Project, ...]
    unsure: tuple[Project, ...] = ()


class Spending(Desk):
    async def project_to_look_into(self, project_id: str, person_id: str) -> Project:
        """Return a project whose spend this person may see: as for who can do what in it.

        Raises ``NotAllowed`` for whom this is no business of, ``Refusal`` when OpenAI does not say.
        """
        person = await self.known(person_id, "spend", "")
        project = await self.organization.project(project_id)
        if await self.is_administrator(person) or await self.is_auditor(person_id):
            return project
        belongs = await self._belongs(project.id, person)
        if belongs is None:
            raise Refusal(UNSURE)
        if not belongs:
            refusal = NotAllowed(f"What {project.name} spends is for its members, administrators and auditors.")
            raise await self.refuse(None, person, "spend", refusal, project=project.id)
        return project

    async def projects_in_sight(self, person_id: str) -> Sight:
        """Return the projects that concern somebody: all for who watches over all, else those they belong to.

        Which those are is known from owners that were seen and from approved requests; that it is still so is asked of
        OpenAI. Raises ``UnknownPerson`` or ``ForeignWorkspace``.
        """
        person = await self.known(person_id, "spend", "")
        async with self.database.read() as work:
            there = [each for each in await work.projects() if not each.archived and each.name]
            given = await work.projects_with(place_subject(person.email))
        if await self._watches_over_all(person):
            return Sight(everything=True, projects=tuple(there))
        mine = sorted(
            (each for each in there if person.email in each.owners or each.id in given),
            key=lambda each: each.spent,
            reverse=True,
        )
        asked = mine[:MOST_ASKED]
        answers = await asyncio.gather(*(self._belongs(each.id, person) for each in asked))
        sure = await asyncio.gather(*(self._fresh(each) for each, answer in zip(asked, answers, strict=True) if answer))
        unsure = [each for each, answer in zip(asked, answers, strict=True) if answer is None]
        return Sight(everything=False, projects=tuple(filter(None, sure)), unsure=(*unsure, *mine[MOST_ASKED:]))

    async def _fresh(self, project: Project) -> Project | None:
        """Return a project with its limit as it is now, or as last seen; None when it was archived meanwhile."""
        try:
            return await self.organization.project(project.id)
        except InvalidFields:
            return None

    async def _watches_over_all(self, person: Person) -> bool:
        if await self.is_administrator(person) or await self.is_auditor(person.id):
            return True
        return person.email in (await self._answered(self.organization.owners()) or ())

    async def _belongs(self, project_id: str, person: Person) -> bool | None:
        """Say whether somebody has a place in a project now, also through a group; None when that is not answered."""
        organization = self.organization
        members, owners, groups = await asyncio.gather(
            self._answered(organization.members(project_id)),
            self._answered(organization.owners()),
            self._answered(organization.project_groups(project_id)),
        )
        if any(each.email == person.email for each in members or ()) or person.email in (owners or ()):
            return True
        users = await asyncio.gather(*(self._answered(organization.group_users(each.id)) for each in groups or ()))
        if any(user.email == person.email for group in users for user in group or ()):
            return True
        return None if None in (members, owners, groups, *users) else False

    @staticmethod
    async def _answered(read: Awaitable[Sequence[T]]) -> Sequence[T] | None:
        try:
            return await read
        except AdminAPIError:
            return None
