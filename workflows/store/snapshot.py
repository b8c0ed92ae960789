"""What we last saw of the OpenAI organisation, and the registry of what OpenAI has no field for."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from workflows.model import Limits, Project
from workflows.store import tables
from workflows.store.rows import project_from
from workflows.store.section import Section

_projects, _users, _models = tables.projects, tables.users, tables.models
_BLANK: Mapping[str, Any] = {
    "name": "",
    "archived": False,
    "owners": [],
    "spent": 0,
    "environment": "",
    "purpose": "",
    "cost_centre": "",
    "channel": "",
    "ends_on": "",
    "request_id": "",
}

_PROJECT = sa.select(_projects).where(_projects.c.id == sa.bindparam("named"))
_LEARN = sa.update(_projects).where(_projects.c.id == sa.bindparam("named"))
_unseen, _unlimited = _projects.c.seen_at.is_(None), _projects.c.limit.is_(None)
_LIMITS = sa.select(
    sa.func.coalesce(sa.func.sum(_projects.c.limit), 0).label("approved"),
    sa.func.count().filter(~_unseen, _unlimited).label("unlimited"),
    sa.func.count().filter(_unseen, _unlimited).label("unread"),
    sa.func.min(_projects.c.seen_at).label("as_of"),
).where(_projects.c.archived.is_(False))


class Snapshot(Section):
    async def learn_project(self, project_id: str, **values: Any) -> None:
        """Remember some columns of a project; the others keep what they are."""
        known = {"named": project_id, **values}
        if (await self.connection.execute(_LEARN, known)).rowcount == 1:
            return
        if not await self.once(_projects, {**_BLANK, "id": project_id, **values}):
            await self.connection.execute(_LEARN, known)  # somebody else saw it first, at this very moment

    async def limits(self) -> Limits:
        """Return the limits of all live projects together."""
        row = (await self.connection.execute(_LIMITS)).one()
        return Limits(approved=int(row.approved), unlimited=row.unlimited, unread=row.unread, as_of=row.as_of)

    async def learn_projects(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Remember the same columns of many projects in one statement."""
        if not rows:
            return
        statement = self.insert(_projects)
        changes = {name: statement.excluded[name] for name in rows[0] if name != "id"}
        statement = statement.on_conflict_do_update(index_elements=["id"], set_=changes)
        await self.connection.execute(statement, [{**_BLANK, **row} for row in rows])

    async def project(self, project_id: str) -> Project | None:
        row = (await self.connection.execute(_PROJECT, {"named": project_id})).one_or_none()
        return project_from(row) if row is not None else None

    async def workspace_of(self, project_id: str) -> str:
        """Return the workspace that a project is governed from; home's for what is about no project."""
        query = sa.select(_projects.c.workspace).where(_projects.c.id == project_id)
        return (await self.connection.execute(query)).scalar_one_or_none() or ""

    async def assign_project(self, project_id: str, workspace: str) -> bool:
        """Have a project governed from another workspace; False when there is no such project."""
        statement = sa.update(_projects).where(_projects.c.id == project_id).values(workspace=workspace)
        return (await self.connection.execute(statement)).rowcount == 1

    async def projects(self) -> list[Project]:
        """Return every project that was ever seen, archived ones included."""
        query = self.here(sa.select(_projects), _projects)
        rows = await self.connection.execute(query.order_by(_projects.c.id))
        return [project_from(row) for row in rows]

    async def owners_known(self, since: datetime | None) -> set[str]:
        """Return the ids of projects whose owners were asked for *since* then, or (None) ever."""
        query = sa.select(_projects.c.id).where(_projects.c.owners_at.is_not(None))
        asked = query.where(_projects.c.owners_at >= since) if since is not None else query
        return set((await self.connection.execute(asked)).scalars())

    async def projects_named(self, name: str) -> list[Project]:
        """Return the projects with this name, whatever its case, in whichever workspace: OpenAI has one for all."""
        wanted = name.casefold()
        return await self._chosen([key for key, each in await self._names() if each.casefold() == wanted])

    async def search_projects(self, text: str, limit: int) -> list[Project]:
        """Return active projects whose name (or id) holds *text*, by name."""
        wanted = text.casefold()
        names = await self._names(*self.of_workspace(_projects))
        found = [key for key, name in names if name and (wanted in name.casefold() or key == text)]
        return await self._chosen(found[:limit])

    async def _names(self, *conditions: sa.ColumnElement[bool]) -> list[tuple[str, str]]:
        """Return id and name of the active projects, by name: an organisation has at most 2,000.

        Compared here and not in SQL, where *lower* means something else in each database.
        """
        query = sa.select(_projects.c.id, _projects.c.name).where(_projects.c.archived.is_(False), *conditions)
        rows = [(row.id, row.name) for row in await self.connection.execute(query)]
        return sorted(rows, key=lambda each: (each[1].casefold(), each[0]))

    async def _chosen(self, ids: Sequence[str]) -> list[Project]:
        rows = await self.connection.execute(sa.select(_projects).where(_projects.c.id.in_(ids)))
        found = {row.id: project_from(row) for row in rows}
        return [found[each] for each in ids]

    async def replace_users(self, users: Iterable[Mapping[str, str]]) -> None:
        await self.connection.execute(sa.delete(_users))
        rows = list(users)
        if rows:
            await self.connection.execute(self.insert(_users).on_conflict_do_nothing(), rows)

    async def users(self, **having: str) -> list[Mapping[str, str]]:
        """Return the users whose columns have these values, by name."""
        rows = await self.connection.execute(sa.select(_users).filter_by(**having).order_by(_users.c.name))
        return [dict(row._mapping) for row in rows]  # noqa: SLF001 - SQLAlchemy's public name for it

    async def learn_models(self, ids: Iterable[str]) -> None:
        rows = [{"id": each} for each in ids]
        if rows:
            await self.connection.execute(self.insert(_models).on_conflict_do_nothing(), rows)

    async def models(self) -> list[str]:
        return list((await self.connection.execute(sa.select(_models.c.id).order_by(_models.c.id))).scalars())
