"""What the organisation's projects spent, by UTC day and project."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.openai.store import Shelf, Store

NANODOLLARS = 1_000_000_000
NANODOLLARS_PER_CENT = 10_000_000
UNATTRIBUTED = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """Money of one line item and key on one day, in billionths of a dollar; credits are negative."""

    line_item: str
    api_key_id: str | None
    nanodollars: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectDay:
    charges: tuple[Charge, ...]

    def plus(self, charge: Charge) -> "ProjectDay":
        same = [each for each in self.charges if _is_same(each, charge)]
        others = tuple(each for each in self.charges if not _is_same(each, charge))
        total = charge.nanodollars + sum(each.nanodollars for each in same)
        merged = Charge(line_item=charge.line_item, api_key_id=charge.api_key_id, nanodollars=total)
        return ProjectDay(charges=(*others, merged))

    def total(self) -> int:
        return sum(charge.nanodollars for charge in self.charges)


COSTS = Shelf(name="costs", holds=ProjectDay)


class Ledger:
    """Costs filed under day and project, so that a question about some days looks at those days only."""

    def __init__(self, store: Store) -> None:
        self._days = store[COSTS]

    def add(self, project_id: str | None, day: date, charge: Charge) -> None:
        """Book *charge*; without a project it is unattributed, as some of OpenAI's line items are."""
        key, owner = project_id or UNATTRIBUTED, day.isoformat()
        booked = self._days.get(key, owner) or ProjectDay(charges=())
        self._days.put(key, booked.plus(charge), owner)

    def day(self, day: date) -> Mapping[str, ProjectDay]:
        """Return the projects with costs on *day*; what has no project stands under the empty id."""
        return self._days.of(day.isoformat())

    def month_to_date(self, today: date, project_id: str | None = None) -> int:
        """Spend of *today*'s month so far in billionths of a dollar, of one project or of all."""
        days = [self.day(today.replace(day=number)) for number in range(1, today.day + 1)]
        if project_id is not None:
            return sum(day[project_id].total() for day in days if project_id in day)
        return sum(project.total() for day in days for project in day.values())


def nanodollars(amount: Decimal) -> int:
    """*amount* of dollars in billionths. Raises ``ValueError`` for a finer amount, NaN or infinity."""
    scaled = amount * NANODOLLARS if amount.is_finite() else None
    if scaled is None or scaled != scaled.to_integral_value():
        raise ValueError("An amount is a number of dollars with at most nine decimals.")
    return int(scaled)


def _is_same(one: Charge, other: Charge) -> bool:
    return (one.line_item, one.api_key_id) == (other.line_item, other.api_key_id)
