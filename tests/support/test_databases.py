"""A database that had another user before is as good as a new one."""

from pathlib import Path

import psycopg
import pytest

from tests.support.clock import Clock
from tests.support.databases import PostgreSQLTemplate
from workflows.model import OutboxTopic
from workflows.store import Database


async def test_what_was_used_before_is_empty_counts_from_one_and_has_nobody_else_in_it(
    postgresql_template: PostgreSQLTemplate, tmp_path: Path, clock: Clock
) -> None:
    with postgresql_template.fresh(tmp_path) as url:
        database = Database(url)
        async with database.begin() as work:
            await work.tell(OutboxTopic.POST, "R1", "card", clock())
        left = psycopg.connect(url.replace("+psycopg", ""))

    with postgresql_template.fresh(tmp_path) as again:
        assert again == url
        with pytest.raises(psycopg.OperationalError):
            left.execute("SELECT 1")
        other = Database(again)
        async with other.begin() as work:
            await work.tell(OutboxTopic.POST, "R2", "card", clock())
        async with other.read() as work:
            (entry,) = (await work.connection.exec_driver_sql("SELECT id, request_id FROM outbox")).all()
        assert tuple(entry) == (1, "R2")
        await other.close()
    left.close()
    await database.close()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE requests ADD COLUMN more text",
        "ALTER TABLE requests ALTER COLUMN title DROP NOT NULL",
        "DROP TABLE freezes",
        "DROP INDEX {index}",
        "UPDATE alembic_version SET version_num = '0001'",
        "ALTER DATABASE {name} SET default_transaction_read_only = on",
    ],
)
def test_what_was_changed_is_not_used_again(
    postgresql_template: PostgreSQLTemplate, tmp_path: Path, change: str
) -> None:
    with postgresql_template.fresh(tmp_path) as url, psycopg.connect(url.replace("+psycopg", "")) as connection:
        found = connection.execute("SELECT indexname FROM pg_indexes WHERE tablename = 'outbox' ORDER BY 1")
        index = next(name for (name,) in found if name.startswith("ix"))
        name = connection.info.dbname
        connection.execute(change.format(index=index, name=name).encode())
        connection.commit()

    with postgresql_template.fresh(tmp_path) as other:
        assert name not in other
