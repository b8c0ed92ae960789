"""What the parts of a unit of work share: the connection, and flags that somebody has work to do now."""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from workflows.store import tables
from workflows.store.bell import News

S = TypeVar("S", bound=sa.Select[Any])
Insert = Callable[[sa.Table], Any]
"""How one database's INSERT that knows ON CONFLICT is made."""


class Section:
    """``workspace`` is the one whose rows are seen and written; None sees all, and writes the home workspace's."""

    def __init__(self, connection: AsyncConnection, workspace: str | None = None) -> None:
        self.connection = connection
        self.workspace = workspace
        self.announced = False
        self.relayed = False
        self.changed: set[str] = set()

    @property
    def news(self) -> list[News]:
        """Return what the commit tells: ``announced`` work, a ``relayed`` message, projects that ``changed``."""
        found: list[News] = [("changed", each) for each in sorted(self.changed)]
        found += [("work", "")] if self.announced else []
        return found + ([("relay", "")] if self.relayed else [])

    def of_workspace(self, table: sa.Table) -> Sequence[sa.ColumnElement[bool]]:
        """Return what holds for the rows of *table* that are seen here: a condition, or none."""
        return () if self.workspace is None else (table.c.workspace == self.workspace,)

    def here(self, query: S, table: sa.Table) -> S:
        """Return *query* for the rows of *table* that are seen here."""
        return query if self.workspace is None else query.where(*self.of_workspace(table))

    def of_projects_here(self, project_id: sa.Column[str]) -> Sequence[sa.ColumnElement[bool]]:
        """Return what holds for rows about the projects that are seen here: a condition, or none.

        The home workspace has all that belong to no other: also what is about a project that nobody knows, or none.
        """
        if self.workspace is None:
            return ()
        projects = tables.projects
        if not self.workspace:
            return (project_id.not_in(sa.select(projects.c.id).where(projects.c.workspace != "")),)
        return (project_id.in_(sa.select(projects.c.id).where(projects.c.workspace == self.workspace)),)

    def named_here(self, name: str) -> str:
        """Return *name* as it is told from the same name in another workspace."""
        return f"{name}@{self.workspace}" if self.workspace else name

    async def schema_revision(self) -> str:
        """Return the newest migration that the tables have seen."""
        found: str = (await self.connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar_one()
        return found

    async def ping(self) -> None:
        await self.connection.execute(sa.select(1))

    def insert(self, table: sa.Table) -> Any:
        """Return an INSERT that knows ON CONFLICT, whichever database this is."""
        return self._inserts(table)

    async def upsert(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        """Insert *row*, or give the row with its primary key these values."""
        await self.connection.execute(_upsert(self._inserts, table, tuple(row)), dict(row))

    async def once(self, table: sa.Table, row: Mapping[str, Any]) -> bool:
        """Insert *row* unless a unique key of it is there already; say whether it was inserted."""
        return (await self.connection.execute(_once(self._inserts, table), dict(row))).first() is not None

    @property
    def _inserts(self) -> Insert:
        return sqlite.insert if self.connection.dialect.name == "sqlite" else postgresql.insert


# To build a statement takes SQLAlchemy longer than to run it, so each is built once.


@functools.cache
def _upsert(inserts: Insert, table: sa.Table, names: Sequence[str]) -> Any:
    statement = inserts(table)
    keys = [column.name for column in table.primary_key]
    changes = {name: statement.excluded[name] for name in names if name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=changes)


@functools.cache
def _once(inserts: Insert, table: sa.Table) -> Any:
    return inserts(table).on_conflict_do_nothing().returning(*table.primary_key)
