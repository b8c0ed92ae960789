"""No query reads a table from end to end that grows with every request."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from tests.bot.paper import REQUEST
from tests.support.clock import Clock
from workflows.model import AlertKind, Answer, Scope
from workflows.store import Database, UnitOfWork

GROWING = (
    "requests",
    "decisions",
    "awaited",
    "steps",
    "outbox",
    "posted",
    "audit_entries",
    "deliveries",
    "costs",
    "marks",
    "alerts",
    "reports",
    "inquiries",
    "auto_approvals",
    "reminders",
    "absences",
    "offers",
    "reviews",
    "findings",
)

NOW = Clock()()
QUERIES: dict[str, Callable[[UnitOfWork], Awaitable[Any]]] = {
    "get": lambda work: work.get("R1", lock=True),
    "by_origin": lambda work: work.by_origin("view:V1"),
    "by_requester": lambda work: work.by_requester("U1", 20),
    "awaiting": lambda work: work.awaiting("U1", 20),
    "lapsed": lambda work: work.lapsed(NOW, 100),
    "claimable": lambda work: work.claimable(NOW),
    "extend_lease": lambda work: work.extend_lease("R1", "holder", NOW),
    "open_names": lambda work: work.open_names("new_project"),
    "decisions": lambda work: work.decisions("R1"),
    "awaited": lambda work: work.awaited("R1", 0),
    "await_people": lambda work: work.await_people("R1", 0, ()),
    "steps": lambda work: work.steps("R1"),
    "claim_outbox": lambda work: work.claim_outbox(NOW, timedelta(minutes=1), 1),
    "settle_outbox": lambda work: work.settle_outbox(1, NOW),
    "next_outbox_due": lambda work: work.next_outbox_due(),
    "outbox_backlog": lambda work: work.outbox_backlog(),
    "posted": lambda work: work.posted("R1"),
    "posted_at": lambda work: work.posted_at("C1", "1.0"),
    "seen": lambda work: work.seen("D1"),
    "forget": lambda work: work.forget(NOW),
    "audit_head": lambda work: work.audit_head(),
    "trail": lambda work: work.trail("R1"),
    "replace_costs": lambda work: work.replace_costs(NOW.date(), {}),
    "spends": lambda work: work.spends(NOW.date(), NOW.date()),
    "line_items": lambda work: work.line_items(["proj_1"], NOW.date(), NOW.date()),
    "newest_cost": lambda work: work.newest_cost(),
    "passed_marks": lambda work: work.passed_marks("2026-11"),
    "rearm_marks": lambda work: work.rearm_marks((Scope.PROJECT, "proj_1"), "2026-11", ["80%"]),
    "alert": lambda work: work.alert("A1", lock=True),
    "raises": lambda work: work.raises(NOW),
    "reported": lambda work: work.reported("digest", ["2026-W48"]),
    "report": lambda work: work.report("digest", "ada@acme.example", "2026-W48"),
    "reports_begun": lambda work: work.reports_begun(),
    "alerts": lambda work: work.alerts((Scope.PROJECT, "proj_1"), "2026-11"),
    "inquiries": lambda work: work.inquiries("R1"),
    "answer": lambda work: work.answer("R1", 1, "Yes", NOW),
    "auto_used": lambda work: work.auto_used("small", "proj_1", NOW),
    "auto_count": lambda work: work.auto_count(NOW),
    "awaited_of": lambda work: work.awaited_of("U1"),
    "absences": lambda work: work.absences(NOW),
    "absences_to_tell": lambda work: work.absences_to_tell(NOW),
    "end_away": lambda work: work.end_away(1, NOW),
    "offers": lambda work: work.offers("R1"),
    "answer_offer": lambda work: work.answer_offer("R1", 1, Answer.OPEN, NOW),
    "review": lambda work: work.review("R1"),
    "close_review": lambda work: work.close_review("R1", NOW),
    "standing_though_wrong": lambda work: work.standing_though_wrong(10),
    "touch": lambda work: work.touch("R1", NOW),
    "open_reviews": lambda work: work.open_reviews(10),
    "past": lambda work: work.past(REQUEST, 5),
    "also_asked": lambda work: work.also_asked(REQUEST, 3),
    "waited_for": lambda work: work.waited_for(100),
    "alerts_since": lambda work: work.alerts_since(NOW, AlertKind.ANOMALY),
}


@pytest.mark.parametrize("name", QUERIES)
async def test_a_query_finds_its_rows_by_an_index(database: Database, name: str) -> None:
    said: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        said.append((statement, parameters))

    async with database.engine.connect() as connection:
        sa.event.listen(database.engine.sync_engine, "before_cursor_execute", listen)
        try:
            await QUERIES[name](UnitOfWork(connection))
        except Exception as missing:  # noqa: BLE001 - there is no such row, and that is all the same
            assert "There is no" in str(missing) or "request" in str(missing)  # noqa: PT017 - a broken query would not say so
        sa.event.remove(database.engine.sync_engine, "before_cursor_execute", listen)
        for statement, parameters in said:
            plan = await _plan(connection, statement, parameters)
            assert not [line for line in plan if _reads_everything(line)], "\n".join(plan)
    assert said


async def _plan(connection: Any, statement: str, parameters: Any) -> list[str]:
    if connection.dialect.name == "sqlite":
        rows = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        return [row[3] for row in rows]
    # An empty table is read from end to end whatever indexes it has, unless that is forbidden.
    await connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    return [row[0] for row in await connection.exec_driver_sql(f"EXPLAIN {statement}", parameters)]


def _reads_everything(line: str) -> bool:
    words = line.replace("->", "").split()
    for table in GROWING:
        if words[:2] == ["SCAN", table] and "INDEX" not in words:
            return True
        if words[:4] == ["Seq", "Scan", "on", table]:
            return True
    return False
