"""Values for the pure parts of reports: projects, days of spend, raises."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from workflows.budgets.forecast import Calendar
from workflows.budgets.watch import calendar_of
from workflows.lifecycle import State
from workflows.model import Project
from workflows.money import NANOS
from workflows.reports.raises import Raise

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
DOLLAR = 100 * NANOS


def project(number: int = 1, **changes: Any) -> Project:
    values: dict[str, Any] = {"id": f"proj_{number}", "name": f"project-{number}", "limit": 1_000_00, "seen_at": MONDAY}
    return Project(**values | changes)


def calendar(now: datetime = MONDAY) -> Calendar:
    return calendar_of(now.date(), now)


def days(dollars: float = 10.0, *, now: datetime = MONDAY, last_week: float | None = None) -> Sequence[int]:
    """Return dollars for each day since the beginning of last month; *last_week* for the last seven whole ones."""
    length = (now.date() - calendar(now).start).days
    spent = [round(dollars * DOLLAR)] * length
    if last_week is not None:
        spent[-7:] = [round(last_week * DOLLAR)] * 7
    return [*spent, 0]


def raised(number: int = 1, **changes: Any) -> Raise:
    values: dict[str, Any] = {
        "id": f"R{number}",
        "project_id": "proj_1",
        "project": "project-1",
        "before": 1_000_00,
        "after": 1_500_00,
        "asked_by": "Dana",
        "approved_by": ("Petra",),
        "reason": "Launch",
        "granted_at": MONDAY - timedelta(days=10),
        "ends_at": MONDAY + timedelta(days=3),
        "ended_at": None,
        "state": State.GRANTED,
    }
    return Raise(**values | changes)


def day(text: str) -> date:
    return date.fromisoformat(text)
