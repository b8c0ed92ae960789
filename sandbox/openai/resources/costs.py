"""Costs by UTC day in decimal dollars, grouped by any of project, line item, key, user and source.

Source: Administration API reference, Costs. A field that was not grouped by is null; a quantity is told per line item
only. Users, sources and the filter by line item came after the published description. Asking for users and projects
at once is refused here always, as OpenAI does for some organisations.
"""

import datetime as dt
import functools
from collections.abc import Iterable
from functools import partial
from operator import attrgetter
from typing import Literal

from pydantic import Field

from sandbox.openai.call import JSON, Call, Question
from sandbox.openai.errors import invalid
from sandbox.openai.ledger import NANODOLLARS, Charge, Ledger
from sandbox.openai.organization import Organization
from sandbox.openai.prices import GIBIBYTE
from sandbox.openai.routing import Operations
from sandbox.openai.usage.drawing import Labelled, picker
from sandbox.openai.usage.pages import DAY, Drawn, Span

operations = Operations()

EPOCH = dt.date(1970, 1, 1)
LATEST = 253_402_214_400  # the last midnight of the calendar, Unix seconds
HEAD = '{"object":"organization.costs.result","amount":{"value":'
CURRENCY = ',"currency":"usd"}'
FIELDS = ("project_id", "line_item", "api_key_id", "user_id")
Group = tuple[str | None, ...]
Sum = tuple[int, int | None, str | None]
"""Nanodollars, quantity and its unit."""


class CostQuestion(Question):
    """Times in Unix seconds, the end excluded."""

    start_time: int = Field(ge=0, le=LATEST)
    end_time: int | None = Field(default=None, ge=0)
    bucket_width: Literal["1d"] = "1d"
    project_ids: tuple[str, ...] = ()
    api_key_ids: tuple[str, ...] = ()
    line_items: tuple[str, ...] = ()
    group_by: tuple[Literal["project_id", "line_item", "api_key_id", "user_id", "api_source"], ...] = ()
    limit: int = Field(default=7, ge=1, le=180)
    page: str | None = None

    @property
    def shape(self) -> tuple[frozenset[str], ...]:
        """What decides how a day is drawn."""
        return tuple(map(frozenset, (self.group_by, self.project_ids, self.api_key_ids, self.line_items)))

    @property
    def grouped(self) -> tuple[str, ...]:
        return tuple(name for name in FIELDS if name in self.group_by)

    @property
    def is_filtered(self) -> bool:
        return bool(self.project_ids or self.api_key_ids or self.line_items)


@operations.get("/organization/costs")
def list_costs(organization: Organization, call: Call) -> JSON:
    question = call.question(CostQuestion)
    if "user_id" in question.group_by and ("project_id" in question.group_by or question.project_ids):
        raise invalid("group_by=user_id cannot be combined with projects.", "group_by")
    span = Span.asked(
        (question.start_time, question.end_time),
        question.page,
        width=DAY,
        limit=question.limit,
        now=organization.clock.now(),
    )
    return span.page(partial(_drawn, organization.ledger, question, _labels(question.grouped)))


@functools.cache
def _labels(grouped: tuple[str, ...]) -> Labelled:
    return Labelled(grouped)


def _drawn(ledger: Ledger, question: CostQuestion, labels: Labelled, day: int) -> Drawn:
    date = EPOCH + dt.timedelta(days=day)

    def draw() -> Drawn:
        return {day * DAY: ",".join(_results(ledger, question, labels, date)).encode()}

    return ledger.drawn.get((day, *question.shape), ledger.revision(date), draw)


def _results(ledger: Ledger, question: CostQuestion, labels: Labelled, date: dt.date) -> list[str]:
    """Draw the day; the two commonest questions are answered from sums that the ledger keeps."""
    tail = _tail(question)
    if "line_item" in question.grouped:
        return [
            f"{HEAD}{_dollars(total)}{CURRENCY}{_told(quantity, unit)}{labels[group]}{tail}"
            for group, (total, quantity, unit) in _sums(question, ledger.day(date)).items()
        ]
    sums: Iterable[tuple[Group, int]]
    if question.is_filtered or question.grouped not in ((), ("project_id",)):
        sums = ((group, total) for group, (total, _, _) in _sums(question, ledger.day(date)).items())
    elif question.grouped:
        sums = (((project_id,), total) for project_id, total in ledger.totals(date).items())
    else:
        total = ledger.total(date)
        sums = () if total is None else (((), total),)
    return [f"{HEAD}{_dollars(total)}{CURRENCY}{labels[group]}{tail}" for group, total in sums]


def _sums(question: CostQuestion, charges: Iterable[Charge]) -> dict[Group, Sum]:
    """Sum up the charges of each group; most groups have one charge, and are not summed."""
    group_of = picker(attrgetter, question.grouped)
    sums: dict[Group, Sum] = {}
    for charge in _wanted(question, charges):
        group, alone = group_of(charge), (charge.nanodollars, charge.quantity, charge.unit)
        known = sums.setdefault(group, alone)
        if known is not alone:
            sums[group] = _plus(known, alone)
    return sums


def _plus(one: Sum, other: Sum) -> Sum:
    # A quantity is told only where all of the money has one, in the same unit.
    if one[1] is None or other[1] is None or one[2] != other[2]:
        return one[0] + other[0], None, None
    return one[0] + other[0], one[1] + other[1], one[2]


def _wanted(question: CostQuestion, charges: Iterable[Charge]) -> Iterable[Charge]:
    if not question.is_filtered:
        return charges
    projects, keys, items = map(frozenset, (question.project_ids, question.api_key_ids, question.line_items))
    return (
        charge
        for charge in charges
        if (not projects or charge.project_id in projects)
        and (not keys or charge.api_key_id in keys)
        and (not items or charge.line_item in items)
    )


def _tail(question: CostQuestion) -> str:
    """Return the end of every result: what was not grouped by is null."""
    names = [name for name in FIELDS[:3] if name not in question.grouped]
    names += () if "line_item" in question.grouped else ("quantity", "quantity_unit")
    source = ',"api_source":"unlabeled"' if "api_source" in question.group_by else ""
    return "".join(f',"{name}":null' for name in names) + source + "}"


def _dollars(nanodollars: int) -> str:
    """Write an amount, exact to the nanodollar; a float would lose that beyond nine million dollars."""
    if nanodollars < 0:
        return "-" + _dollars(-nanodollars)
    return "%d.%09d" % divmod(nanodollars, NANODOLLARS)  # noqa: UP031 - twice as fast, and a page has thousands


def _told(quantity: int | None, unit: str | None) -> str:
    if quantity is None:
        return ',"quantity":null,"quantity_unit":null'
    number = quantity / GIBIBYTE if unit == "gibibyte_hours" else quantity
    name = "null" if unit is None else f'"{unit}"'
    return f',"quantity":{number},"quantity_unit":{name}'
