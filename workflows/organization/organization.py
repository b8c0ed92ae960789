"""What we know of the OpenAI organisation: a stored snapshot for showing, fresh reads for authority.

The Administration API allows about seven calls a minute per endpoint, so forms and cards are drawn from the
snapshot, with "as of"; only who may decide is asked anew, and doubt there is an error.
"""

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from workflows.admin_api import AdminAPI, APIUser
from workflows.errors import AdminAPIError, AdminAPINotFound, InvalidFields
from workflows.model import Limits, Project
from workflows.organization.details import Details
from workflows.organization.recent import FRESH
from workflows.store import Database

REFERENCE = re.compile(r"R[2-9A-Z]{9}")
"""What a request's reference looks like."""

LOOKED_AT = 5
"""Projects looked at for one that may use every model, each time the models are read."""

PATIENCE = 2.0
"""Seconds that a person's click may wait for OpenAI's rate limit."""


class Organization(Details):
    """Reads of the organisation. ``now`` is the clock (UTC)."""

    def __init__(self, *, api: AdminAPI, database: Database, now: Callable[[], datetime]) -> None:
        super().__init__(prompt=api.with_patience(PATIENCE, urgent=True), database=database, now=now)
        self._api = api
        self._workspace = database.workspace

    def of(self, database: Database) -> Self:
        """Return the organisation as one workspace sees it: the projects that are governed from there.

        *database* is that workspace's view. What was read a moment ago is remembered for all of them together.
        """
        view = copy.copy(self)
        view._database, view._workspace = database, database.workspace  # noqa: SLF001 - of this very class
        return view

    async def project_owners(self, project_id: str) -> tuple[str, ...]:
        """Return the addresses of the project's owners, at most a minute old. Raises ``AdminAPIError``."""

        async def read() -> tuple[str, ...]:
            members = await self._prompt.project_users(project_id)
            owners = tuple(each.email for each in members if each.role == "owner" and each.email)
            async with self._database.begin() as work:
                await work.learn_project(project_id, owners=list(owners), owners_at=self._now())
            return owners

        return await self._seen.get("owners", project_id, read)

    async def learn_owners(self, project_id: str) -> None:
        """Read who owns a project while nobody waits for it. Raises ``AdminAPIError``."""
        members = await self._api.project_users(project_id)
        owners = [each.email for each in members if each.role == "owner" and each.email]
        async with self._database.begin() as work:
            await work.learn_project(project_id, owners=owners, owners_at=self._now())

    async def owners(self) -> tuple[str, ...]:
        """Return the addresses of the organisation's owners, at most a minute old. Raises ``AdminAPIError``.

        One who became an owner since the snapshot was read counts when it has been read again.
        """

        async def read() -> tuple[str, ...]:
            # Thousands of users are more pages than a click can wait for: ask about those last seen as owners only.
            async with self._database.read() as work:
                seen = [each["email"] for each in await work.users(role="owner") if each["email"]]
            return tuple(each.email for each in await self._prompt.users(seen) if each.role == "owner" and each.email)

        return await self._seen.get("owners", "", read)

    async def owners_seen(self, project_id: str) -> tuple[str, ...]:
        """Return whom to *tell*, while OpenAI cannot be asked: the project's owners, or else the organisation's."""
        async with self._database.read() as work:
            project = await work.project(project_id)
            owners = await work.users(role="owner")
        return (project.owners if project else ()) or tuple(each["email"] for each in owners)

    async def users_with(self, email: str) -> list[APIUser]:
        """Return the users last seen with this address: none, one, or (a fault of the directory) two."""
        async with self._database.read() as work:
            return [APIUser(**row) for row in await work.users(email=email)]

    async def project(self, project_id: str, *, anew: bool = False) -> Project:
        """Return what is known of an active project, read anew when asked or when that was not done for a minute.

        Raises ``InvalidFields`` on ``project`` when there is none; falls back to the snapshot when OpenAI is away.
        """
        async with self._database.read() as work:
            seen = await work.project(project_id)
        if anew or seen is None or seen.seen_at is None or not _is_fresh(seen.seen_at, self._now()):
            seen = await self._look_again(self._prompt, project_id, seen)
        if seen is None or seen.archived:
            raise InvalidFields({"project": "This project does not exist any more. Choose another."})
        if self._workspace not in (None, seen.workspace):
            raise InvalidFields({"project": "This project is governed from another Slack workspace. Ask there."})
        if seen.spent_at is None or seen.spent_at < _month(self._now()):
            return replace(seen, spent=0)  # what was spent last month says nothing about this one
        return seen

    async def look_again(self, project_id: str) -> Project | None:
        """Read a project and its limit anew while nobody waits for it; None when there is none.

        What was known before is the answer when OpenAI is away.
        """
        async with self._database.read() as work:
            seen = await work.project(project_id)
        return await self._look_again(self._api, project_id, seen)

    async def _look_again(self, api: AdminAPI, project_id: str, seen: Project | None) -> Project | None:
        try:
            found = await api.project(project_id)
            limit = None if found.archived else await api.spend_limit(project_id)
        except AdminAPINotFound:
            return None
        except AdminAPIError:
            return seen
        columns = {"name": found.name, "archived": found.archived, "created_at": found.created_at}
        async with self._database.begin() as work:
            await work.learn_project(project_id, **columns, limit=limit.cents if limit else None, seen_at=self._now())
            return await work.project(project_id)

    async def projects(self) -> list[Project]:
        """Return every project that was ever seen, archived ones included, from the snapshot."""
        async with self._database.read() as work:
            return await work.projects()

    async def limits(self) -> Limits:
        """Return the limits of all projects together, from the snapshot."""
        async with self._database.read() as work:
            return await work.limits()

    async def projects_named(self, name: str) -> list[Project]:
        async with self._database.read() as work:
            return [each for each in await work.projects_named(name) if not each.archived]

    async def names_asked_for(self, kind: str, name: str, *, besides: str = "") -> bool:
        """Say whether an open request of this kind asks for this name, *besides* the one with that id."""
        async with self._database.read() as work:
            names = await work.open_names(kind, besides=besides)
        return any(str(each.get("name", "")).lower() == name.lower() for each in names)

    async def names_a_request(self, name: str) -> bool:
        """Say whether *name* holds a request's reference, as what a request makes does until it gets its own name."""
        async with self._database.read() as work:
            return await work.is_any_there(REFERENCE.findall(name))

    async def search_projects(self, text: str, limit: int) -> list[Project]:
        async with self._database.read() as work:
            return await work.search_projects(text, limit)

    async def search_models(self, text: str, limit: int) -> list[str]:
        async with self._database.read() as work:
            return [each for each in await work.models() if text.lower() in each.lower()][:limit]

    async def models(self) -> frozenset[str]:
        async with self._database.read() as work:
            return frozenset(await work.models())

    async def search_users(self, text: str, limit: int) -> list[APIUser]:
        """Return users of the organisation, for type-ahead, from the snapshot."""
        needle = text.lower()
        async with self._database.read() as work:
            rows = await work.users()
        found = (row for row in rows if needle in row["email"].lower() or needle in row["name"].lower())
        return [APIUser(**row) for _, row in zip(range(limit), found, strict=False)]

    async def refresh(self) -> None:
        """Read the organisation's projects, people and models into the snapshot.

        Raises ``AdminAPIError``; what was read before stays.
        """
        projects = await self._api.projects(include_archived=True)
        users = await self._api.users()
        rows: list[dict[str, Any]] = [
            {
                "id": each.id,
                "name": each.name,
                "archived": each.archived,
                "created_at": each.created_at,
            }
            for each in projects
        ]
        async with self._database.begin() as work:
            await work.learn_projects(rows)
            await work.replace_users(
                {"id": each.id, "email": each.email, "name": each.name, "role": each.role} for each in users
            )
        await self._refresh_models([each.id for each in projects if not each.archived])

    async def _refresh_models(self, project_ids: Sequence[str]) -> None:
        # The API has no list of models; a project's rate limits name each model that it may have.
        # One with a list of its own allowed models names only those.
        for project_id in project_ids[:LOOKED_AT]:
            if await self._api.model_permissions(project_id) is None:
                limits = await self._api.rate_limits(project_id)
                async with self._database.begin() as work:
                    await work.learn_models(sorted({each.model for each in limits if each.model}))
                return


def _month(moment: datetime) -> datetime:
    """Return when the month of *moment* began, in UTC like OpenAI's bills."""
    return moment.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _is_fresh(seen_at: datetime, now: datetime) -> bool:
    """Say whether something was seen within the minute; what was seen in the future, by a wrong clock, was not."""
    return timedelta(0) <= now - seen_at <= FRESH
