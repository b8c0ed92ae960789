"""Reports as CSV, one line after another; ``docs/money.md`` explains the columns. Pure.

Amounts are decimal dollars, exact to a billionth where they are costs. What people wrote is guarded against
spreadsheets that take a cell for a formula; amounts are ours.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import StringIO

from workflows.audit.export import guarded
from workflows.money import NANOS
from workflows.reports.commitments import Commitments
from workflows.reports.raises import Raise
from workflows.reports.showback import Showback

SHOWBACK = (
    *("month", "cost_centre", "project_id", "project", "environment", "owners", "archived"),
    *("spent_usd", "limit_usd", "final", "as_of"),
)
COMMITMENTS = (
    *("level", "cost_centre", "projects", "limits_usd", "budget_usd", "room_usd", "spent_usd", "forecast_usd"),
    *("without_limit", "limit_not_read", "as_of"),
)
RAISES = (
    *("request", "project_id", "project", "from_usd", "to_usd", "asked_by", "approved_by", "granted_at", "ends_at"),
    *("ended_at", "state", "reason"),
)


def showback_lines(showback: Showback) -> Iterator[str]:
    """Yield a header and a line for each project; the one without a project is attributed to none."""
    yield _row(SHOWBACK)
    for each in showback.lines:
        yield _row(
            (
                showback.period,
                guarded(each.cost_centre),
                guarded(each.project_id),
                guarded(each.project),
                each.environment,
                guarded(" ".join(each.owners)),
                _yes(each.archived),
                exact(each.nanos),
                _usd(each.limit),
                _yes(showback.final),
                _moment(showback.as_of),
            )
        )


def commitment_lines(found: Commitments) -> Iterator[str]:
    """Yield a header, a line for each cost centre, and one for the whole organisation."""
    yield _row(COMMITMENTS)
    as_of = _moment(found.as_of)
    for each in found.centres:
        money = map(_usd, (each.limits, each.budget, each.room, each.spent, each.forecast))
        yield _row(("cost_centre", guarded(each.name), str(each.projects), *money, "", "", as_of))
    whole = (found.whole.approved, found.whole.limit, found.room, found.spent, found.forecast)
    count = str(sum(each.projects for each in found.centres))
    names = (guarded("; ".join(found.unlimited)), guarded("; ".join(found.unread)))
    yield _row(("organization", "", count, *map(_usd, whole), *names, as_of))


def raise_lines(raises: Iterable[Raise]) -> Iterator[str]:
    """Yield a header and a line for each raise."""
    yield _row(RAISES)
    for each in raises:
        people = (guarded(each.asked_by), guarded("; ".join(each.approved_by)))
        times = map(_moment, (each.granted_at, each.ends_at, each.ended_at))
        money = (_usd(each.before), _usd(each.after))
        project = (guarded(each.project_id), guarded(each.project))
        yield _row((each.id, *project, *money, *people, *times, each.state.value, guarded(each.reason)))


def exact(nanos: int) -> str:
    """Return nanodollars as decimal dollars, with at least two decimals and without further zeros."""
    sign = "-" if nanos < 0 else ""
    whole, rest = divmod(abs(nanos), 100 * NANOS)
    digits = f"{rest:09}"
    return f"{sign}{whole}.{digits[:2]}{digits[2:].rstrip('0')}"


def _usd(cents: int | None) -> str:
    return exact(cents * NANOS) if cents is not None else ""


def _yes(value: bool) -> str:  # noqa: FBT001 - it is the value itself
    return "yes" if value else "no"


def _moment(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment else ""


def _row(cells: Sequence[str]) -> str:
    line = StringIO(newline="")
    csv.writer(line).writerow(cells)
    return line.getvalue()
