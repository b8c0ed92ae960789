"""What the parts of a unit of work share: the connection, and flags that somebody has work to do now."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from workflows.store.bell import News


class Section:
    def __init__(self, connection: AsyncConnection) -> None:
        self.connection = connection
        self.announced = False
        self.relayed = False
        self.changed: set[str] = set()

    @property
    def news(self) -> list[News]:
        """Return what the commit tells: ``announced`` work, a ``relayed`` message, projects that ``changed``."""
        found: list[News] = [("changed", each) for each in sorted(self.changed)]
        found += [("work", "")] if self.announced else []
        return found + ([("relay", "")] if self.relayed else [])

    async def schema_revision(self) -> str:
        """Return the newest migration that the tables have seen."""
        found: str = (await self.connection.execute(sa.text("SELECT version_num FROM alembic_version"))).scalar_one()
        return found

    async def ping(self) -> None:
        await self.connection.execute(sa.select(1))

    def insert(self, table: sa.Table) -> Any:
        """Return an INSERT that knows ON CONFLICT, whichever database this is."""
        return (sqlite if self.connection.dialect.name == "sqlite" else postgresql).insert(table)

    async def upsert(self, table: sa.Table, row: Mapping[str, Any]) -> None:
        """Insert *row*, or give the row with its primary key these values."""
        statement = self.insert(table).values(**row)
        keys = [column.name for column in table.primary_key]
        changes = {name: statement.excluded[name] for name in row if name not in keys}
        await self.connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=changes))

    async def once(self, table: sa.Table, row: Mapping[str, Any]) -> bool:
        """Insert *row* unless a unique key of it is there already; say whether it was inserted."""
        statement = self.insert(table).values(**row).on_conflict_do_nothing().returning(*table.primary_key)
        return (await self.connection.execute(statement)).first() is not None
