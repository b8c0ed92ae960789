"""What the audit log of a test holds."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from workflows.audit.entry import AuditEntry, Draft
from workflows.model import Actor, ActorType
from workflows.store import Database, tables

entries = tables.audit_entries


async def written(database: Database) -> list[AuditEntry]:
    async with database.read() as work:
        return [each async for each in work.audit_entries()]


def draft(action: str) -> Draft:
    return Draft(action=action, actor=Actor(type=ActorType.OPERATOR), at=datetime(2026, 11, 22, tzinfo=UTC), data={})


async def run_sql(database: Database, *statements: Any) -> None:
    async with database.engine.begin() as connection:
        for each in statements:
            await connection.execute(each)


async def edited(database: Database, log: list[AuditEntry]) -> None:
    await run_sql(database, sa.update(entries).where(entries.c.seq == 2).values(data='{"limit":1}'))
