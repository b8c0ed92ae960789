"""What a bot with a million requests behind it needs for the next one, against one that has a thousand."""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping

import sqlalchemy as sa

from bot.cli import wiring
from tests.bench.engines import engines
from tests.bench.table import Row
from tests.support.installation import Installation, installed, running
from workflows.model import Posted, Reference, Request, Role, Verdict
from workflows.store import Database, tables

FEW, MANY = 1_000, 1_000_000
ROUNDS = 40

NAMED = "'C' || n"
COPIED: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "requests": (
        "id = :mine",
        {
            "id": NAMED,
            "origin": NAMED,
            "requester_id": "CASE WHEN n % 5000 = 0 THEN requester_id ELSE 'U' || (n % 5000) END",
            "project_id": "CASE WHEN n % 2000 = 0 THEN project_id ELSE 'proj_' || (n % 2000) END",
        },
    ),
    "decisions": ("request_id = :mine", {"request_id": NAMED}),
    "posted": ("request_id = :mine", {"request_id": NAMED, "ts": NAMED}),
    "outbox": ("request_id = :mine AND role = 'card'", {"request_id": NAMED, "settled_at": "created_at"}),
}
"""Table → which row of the pattern is copied, and what is of each copy's own."""


def rows() -> Iterator[Row]:
    os.environ["ACTS_PER_MINUTE"] = "100000"
    for name, url in engines():
        few, many = asyncio.run(_measured(url))
        for what in few:
            ratio = many[what] / few[what]
            figures = f"{few[what]:.1f} ms with {FEW:,}, {many[what]:.1f} ms with {MANY:,}: {ratio:.2f} x"
            yield Row(what=f"{name}: {what}", figures=figures, aim="flat")


async def _measured(url: str) -> tuple[dict[str, float], dict[str, float]]:
    async with installed(url, "http") as acme, running(acme, works=False) as parts:
        (project,) = await acme.projects("prompt-lab")
        ended = await _asked(acme, parts, project)
        async with parts.database.begin() as work:
            await work.record_post(
                Posted(
                    request_id=ended.id, role=Role.CARD, channel=acme.hands.channels["requests"], ts="1.1", version=1
                )
            )
        await parts.service.decide(Reference.of(ended), acme.hands.users["lena"], Verdict.DENY, "Bench")
        found = []
        have = 0
        for count in (FEW, MANY):
            await _copied(parts.database, ended, have, count)
            have = count
            found.append(await _tried(acme, parts, project))
        return found[0], found[1]


async def _asked(acme: Installation, parts: wiring.Parts, project: str) -> Request:
    values = {"project": project, "monthly_limit": "150", "reason": "Bench"}
    return await parts.service.open("budget", values, acme.hands.users["dana"], origin="")


async def _copied(database: Database, request: Request, have: int, count: int) -> None:
    """Have *count* copies of a denied request, of other people and in other projects, with all that belongs to each."""
    counted = (
        "WITH RECURSIVE counted(n) AS"
        " (SELECT CAST(:first AS BIGINT) UNION ALL SELECT n + 1 FROM counted WHERE n < :last)"
        if database.single
        else "WITH counted(n) AS (SELECT generate_series(CAST(:first AS BIGINT), CAST(:last AS BIGINT)))"
    )
    async with database.begin() as work:
        for name, (mine, changed) in COPIED.items():
            table: sa.Table = getattr(tables, name)
            columns = [each.name for each in table.columns if (name, each.name) != ("outbox", "id")]
            names = ", ".join(f'"{each}"' for each in columns)
            picked = ", ".join(changed.get(each, f'"{each}"') for each in columns)
            select = f"SELECT {picked} FROM {name}, counted WHERE {mine}"
            sql = f"INSERT INTO {name} ({names}) {counted} {select}"
            await work.connection.execute(sa.text(sql), {"mine": request.id, "first": have + 1, "last": count})
    async with database.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(sa.text("ANALYZE"))


async def _tried(acme: Installation, parts: wiring.Parts, project: str) -> dict[str, float]:
    service, dana, lena = parts.service, acme.hands.users["dana"], acme.hands.users["lena"]
    opened: list[Request] = []

    async def submit() -> None:
        opened.append(await _asked(acme, parts, project))

    async def draw() -> None:
        await service.dossier(opened[-1].id)

    async def decide() -> None:
        await service.decide(Reference.of(opened.pop()), lena, Verdict.APPROVE)

    async def home() -> None:
        await service.mine(dana)
        await service.waiting_for(lena)

    return {
        "a submission": await _median(submit),
        "a card's facts": await _median(draw),
        "a Home": await _median(home),
        "a decision": await _median(decide),
    }


async def _median(act: Callable[[], Awaitable[None]]) -> float:
    took: list[float] = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        await act()
        took.append((time.perf_counter() - began) * 1000)
    return statistics.median(took)
