"""What was used and is not booked yet: an estimate beside the costs, and never the base of a warning."""

from collections.abc import Mapping, Sequence
from datetime import date

from workflows.budgets.months import period_of, utc_day
from workflows.budgets.usage import KEPT
from workflows.model import Estimate
from workflows.money import from_nanos
from workflows.store import UnitOfWork


async def estimate_in(work: UnitOfWork, project_ids: Sequence[str] | None, period: str) -> Estimate | None:
    """Return what these projects or (None) all used in the month *period* and OpenAI did not book yet.

    That is the day of the reading; the day before too while nothing at all is booked for it. None when there is nothing
    to tell.
    """
    read = await work.usage_read()
    if read is None:
        return None
    today = utc_day(read.read_at)
    booked = _by_day(await work.spends(today - KEPT, today), today - KEPT)
    awaited = [today] if any(day < today for _, day in booked) else [today - KEPT, today]
    days = [each for each in awaited if period_of(each) == period]
    used, unpriced = await work.used(project_ids, days)
    cents = from_nanos(unbooked(used, booked))
    hidden = unpriced if not any(key in booked for key in used) else ()
    if not cents and not hidden:
        return None
    since = min(day for _, day in used)
    return Estimate(
        cents=cents, since=since, as_of=read.read_at, prices_of=read.prices_of, unpriced=tuple(sorted(unpriced))
    )


def unbooked(used: Mapping[tuple[str, date], int], booked: Mapping[tuple[str, date], int]) -> int:
    """Return the nanodollars that were used by project id and day, less what is booked for each. Pure.

    What was booked above what was used (a credit makes it less) takes nothing away from another project or day.
    """
    return sum(max(0, nanos - booked.get(key, 0)) for key, nanos in used.items())


def _by_day(spends: Mapping[str, Sequence[int]], first: date) -> dict[tuple[str, date], int]:
    """Return what is booked by project id and day; credits are no booking."""
    return {
        (project_id, date.fromordinal(first.toordinal() + index)): nanos
        for project_id, days in spends.items()
        for index, nanos in enumerate(days)
        if nanos > 0
    }
