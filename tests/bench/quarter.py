"""A quarter of two thousand projects against the oracle, on SQLite."""

import asyncio
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.bench.table import Row
from tests.support.databases import sqlite_url
from tests.support.quarter import course, due
from tests.support.watched import Quarter
from workflows.store import Database

PROJECTS = 2_000


def rows() -> Iterator[Row]:
    courses = [course(number, seed=1) for number in range(PROJECTS)]
    with tempfile.TemporaryDirectory() as folder:
        database = Database(sqlite_url(Path(folder) / "quarter.db"))
        quarter = Quarter(database, courses, looks=1)
        began = time.perf_counter()
        told = Counter(asyncio.run(_play(database, quarter)))
        seconds = time.perf_counter() - began
    expected = Counter(each for of in courses for each in due(of, quarter.looks))
    missed, false = (expected - told).total(), (told - expected).total()
    figures = f"{expected.total():,} due, {missed} missed, {false} false or twice; {seconds:.0f} s"
    yield Row(
        what=f"a quarter of {PROJECTS:,} projects, two replicas, restarts", figures=figures, aim="0 missed, 0 false"
    )


async def _play(database: Database, quarter: Quarter) -> list[tuple[int, str, str]]:
    await database.migrate()
    try:
        return await quarter.play()
    finally:
        await database.close()
