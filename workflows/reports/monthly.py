"""The monthly showback: told once in the channel for alerts, when the month's costs do not grow any more."""

from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import Any

from pydantic import TypeAdapter

from workflows.audit.entry import Draft
from workflows.budgets.months import first_of, month_before, period_of, utc_day
from workflows.budgets.turn import Turn
from workflows.errors import Refusal
from workflows.model import OutboxTopic
from workflows.reports.figures import Figures
from workflows.reports.showback import Brief, brief
from workflows.service.desk import SCHEDULER
from workflows.store import Database

SHOWBACK = "showback"
CONTENT = TypeAdapter(Brief)
SETTLED = 4
"""The UTC day of the month on which the month before is told: its costs grow for three days."""


class Monthly:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, database: Database, figures: Figures, turn: Turn, now: Callable[[], datetime]) -> None:
        self._database = database
        self._figures = figures
        self._turn = turn
        self._now = now

    async def run_due(self, begun: datetime) -> bool:
        """Order last month's showback told unless it was, or the bot had not *begun* before that month's end."""
        today = utc_day(self._now())
        period = period_of(month_before(today))
        ended = datetime.combine(first_of(today), time(), UTC)
        if today.day < SETTLED or begun >= ended:
            return False
        async with self._database.read() as work:
            if await work.reported(SHOWBACK, [period]):
                return False
        try:
            showback = await self._figures.showback(period)
        except Refusal:
            return False  # nothing was spent, or nothing was read yet
        return showback.final and await self._write(period, brief(showback))

    async def _write(self, period: str, table: Brief) -> bool:
        says: dict[str, Any] = CONTENT.dump_python(table, mode="json")
        now = self._now()
        async with self._turn.writing() as work:
            if not await work.write_report(SHOWBACK, "", period, now, says):
                return False
            proof = {"month": period, "nanos": table.total}
            await work.append(Draft(action="showback_posted", actor=SCHEDULER, at=now, data=proof))
            payload = {"kind": SHOWBACK, "subject": "", "period": period, "to": ""}
            return await work.tell(OutboxTopic.REPORT, SHOWBACK, f"{SHOWBACK}:{period}", now, payload)
