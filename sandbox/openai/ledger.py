"""What the organisation's projects spent, by UTC day."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic_core import to_json

from sandbox.openai.clock import Clock
from sandbox.openai.store import Shelf, Store
from sandbox.openai.usage.pages import DrawnDays

NANODOLLARS = 1_000_000_000
NANODOLLARS_PER_CENT = 10_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Charge:
    """Money of one project, line item, key and user on one day, in billionths of a dollar; credits are negative.

    What has no project is unattributed, as some of OpenAI's line items are. *quantity* is in *unit* (``prices``),
    None where only the money is known.
    """

    project_id: str | None
    line_item: str
    nanodollars: int
    api_key_id: str | None = None
    user_id: str | None = None
    quantity: int | None = None
    unit: str | None = None

    def plus(self, other: "Charge") -> "Charge":
        known = self.quantity is not None and other.quantity is not None and self.unit == other.unit
        return replace(
            self,
            nanodollars=self.nanodollars + other.nanodollars,
            quantity=(self.quantity or 0) + (other.quantity or 0) if known else None,
            unit=self.unit if known else None,
        )


@dataclass(kw_only=True)
class Tally:
    """The sums of one day; out of date when the day's records have another revision."""

    revision: int
    total: int = 0
    projects: dict[str | None, int]

    def add(self, charge: Charge) -> None:
        self.total += charge.nanodollars
        self.projects[charge.project_id] = self.projects.get(charge.project_id, 0) + charge.nanodollars


CHARGES = Shelf(name="charges", holds=Charge)


class Ledger:
    """Charges filed under their day, so that a question about some days looks at those days only."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._days = store[CHARGES]
        self._clock = clock
        self._tallies: dict[str, Tally] = {}
        self._booked: dict[str | None, float] = {}
        self.drawn = DrawnDays()

    def add(self, day: dt.date, charge: Charge) -> None:
        """Book *charge*; what is the same but for its money and quantity becomes one with it."""
        owner = day.isoformat()
        tally = self._tally(owner)
        key = to_json([charge.project_id, charge.line_item, charge.api_key_id, charge.user_id]).decode()
        booked = self._days.get(key, owner)
        self._days.put(key, booked.plus(charge) if booked else charge, owner)
        tally.add(charge)
        tally.revision = self._days.revision(owner)
        self._booked[charge.project_id] = self._clock.time()

    def day(self, day: dt.date) -> Iterable[Charge]:
        return self._days.of(day.isoformat()).values()

    def revision(self, day: dt.date) -> int:
        """Return a number that is another after every change of the day's charges."""
        return self._days.revision(day.isoformat())

    def total(self, day: dt.date) -> int | None:
        """All spend of *day* in billionths of a dollar; None when nothing was booked."""
        owner = day.isoformat()
        return self._tally(owner).total if self._days.of(owner) else None

    def totals(self, day: dt.date) -> dict[str | None, int]:
        """Spend of *day* by project id in billionths of a dollar; unattributed spend stands under None."""
        return self._tally(day.isoformat()).projects

    def month_to_date(self, today: dt.date, project_id: str | None = None) -> int:
        """Spend of *today*'s month so far in billionths of a dollar, of one project or of all."""
        days = [self._tally(f"{today:%Y-%m}-{number:02}") for number in range(1, today.day + 1)]
        if project_id is not None:
            return sum(day.projects.get(project_id, 0) for day in days)
        return sum(day.total for day in days)

    def booked_at(self, project_id: str | None = None) -> float | None:
        """Return when (Unix seconds) this process last booked for a project, or for any."""
        if project_id is None:
            return max(self._booked.values(), default=None)
        return self._booked.get(project_id)

    def _tally(self, owner: str) -> Tally:
        tally, revision = self._tallies.get(owner), self._days.revision(owner)
        if tally is None or tally.revision != revision:
            tally = self._tallies[owner] = Tally(revision=revision, projects={})
            for charge in self._days.of(owner).values():
                tally.add(charge)
        return tally


def nanodollars(amount: Decimal) -> int:
    """*amount* of dollars in billionths. Raises ``ValueError`` for a finer amount, NaN or infinity."""
    scaled = amount * NANODOLLARS if amount.is_finite() else None
    if scaled is None or scaled != scaled.to_integral_value():
        raise ValueError("An amount is a number of dollars with at most nine decimals.")
    return int(scaled)
