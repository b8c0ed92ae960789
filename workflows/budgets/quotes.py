"""What a use of a model costs a month by list price, whether there is room for it, and who would decide about more."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from workflows.budgets.statements import Statement, Statements
from workflows.errors import InvalidFields, Refusal
from workflows.model import Project
from workflows.money import MOST, from_nanos
from workflows.prices import Prices
from workflows.service import Service
from workflows.store import Database

DAYS = 30
"""Days of a month that is quoted."""

STEP = 50_00
"""A proposed limit is a multiple of so many cents, as an alert's."""

LARGEST = 1_000_000_000
NAMES = {"calls_per_day": "calls a day", "input_tokens": "tokens in", "output_tokens": "tokens out"}


@dataclass(frozen=True, kw_only=True)
class Usage:
    """How a model will be used: calls a day, tokens of one call, and how many percent of those in are cached."""

    model: str
    calls_per_day: int
    input_tokens: int
    output_tokens: int
    cached_percent: int = 0
    project_id: str = ""


@dataclass(frozen=True, kw_only=True)
class Quote:
    """What it costs in cents a month of 30 days, by prices of the day ``as_of``.

    With a project, ``busy`` is what it spends this month without it, in cents: the forecast for the month's end
    (``foreseen``), or else what is spent so far. ``wanted`` is the monthly limit that leaves room for both, None when
    there is room already. ``deciders`` says who would decide about that limit, empty without one to ask for.
    """

    usage: Usage
    monthly: int
    as_of: date
    project: Project | None = None
    busy: int = 0
    foreseen: bool = False
    costs_as_of: datetime | None = None
    wanted: int | None = None
    deciders: str = ""

    @property
    def room(self) -> int | None:
        """The cents of the project's limit that are left beside what it spends; None without a limit."""
        limit = self.project.limit if self.project else None
        return limit - self.busy if limit is not None else None


class Quotes:
    def __init__(self, *, service: Service, database: Database, prices: Prices) -> None:
        self._service = service
        self._statements = Statements(service=service, database=database)
        self._prices = prices

    async def quote(self, values: Mapping[str, Any], person_id: str) -> Quote:
        """Return what a use costs. Raises ``InvalidFields`` with a sentence for each field that is wrong."""
        usage = usage_of(values)
        monthly = monthly_of(usage, self._prices)
        if not usage.project_id:
            wanted = rounded(monthly)
            deciders = await self._deciders("new_project", {"monthly_limit": _dollars(wanted)}, person_id)
            return Quote(usage=usage, monthly=monthly, as_of=self._prices.as_of, wanted=wanted, deciders=deciders)
        told = await self._statement(usage.project_id, person_id)
        busy = told.forecast.end if told.forecast is not None else told.spent
        wanted_limit = wanted_of(told.limit, busy, monthly)
        asked = {"project": told.project.id, "monthly_limit": _dollars(wanted_limit or 0)}
        return Quote(
            usage=usage,
            monthly=monthly,
            as_of=self._prices.as_of,
            project=told.project,
            busy=busy,
            foreseen=told.forecast is not None,
            costs_as_of=told.as_of,
            wanted=wanted_limit,
            deciders=await self._deciders("budget", asked, person_id) if wanted_limit else "",
        )

    async def _deciders(self, kind: str, asked: Mapping[str, str], person_id: str) -> str:
        return (await self._service.preview(kind, asked, person_id)).deciders

    async def _statement(self, project_id: str, person_id: str) -> Statement:
        try:
            return await self._statements.of(project_id, person_id)
        except InvalidFields:
            raise
        except Refusal as refusal:
            raise InvalidFields({"project": str(refusal)}) from None


def usage_of(values: Mapping[str, Any]) -> Usage:
    """Read what a form holds. Raises ``InvalidFields`` for all fields that are wrong at once. Pure."""
    errors: dict[str, str] = {}
    numbers = {name: _number(values, name, errors) for name in NAMES}
    cached = str(values.get("cached_percent") or "0").strip().removesuffix("%").strip()
    if not cached.isascii() or not cached.isdigit() or len(cached) > 3 or int(cached) > 100:  # noqa: PLR2004 - per cent
        errors["cached_percent"] = "The cached share must be a whole number of percent from 0 to 100."
        cached = "0"
    model = str(values.get("model") or "")
    if not model:
        errors["model"] = "Choose a model."
    elif not errors and not numbers["input_tokens"] and not numbers["output_tokens"]:
        errors["input_tokens"] = "Tokens in and tokens out cannot both be 0."
    if errors:
        raise InvalidFields(errors)
    return Usage(model=model, cached_percent=int(cached), project_id=str(values.get("project") or ""), **numbers)


def _number(values: Mapping[str, Any], name: str, errors: dict[str, str]) -> int:
    text = str(values.get(name) or "").replace(",", "").strip()
    least = 1 if name == "calls_per_day" else 0
    if not text.isascii() or not text.isdigit() or not least <= int(text[:11]) <= LARGEST or len(text) > 10:  # noqa: PLR2004
        said = NAMES[name].capitalize()
        errors[name] = f"{said} must be a whole number from {least} to {LARGEST:,}, like 1,000."
        return 0
    return int(text)


def monthly_of(usage: Usage, prices: Prices) -> int:
    """Return cents for 30 days. Raises ``InvalidFields`` for a model without a price, and for an absurd sum. Pure."""
    price = prices.of(usage.model)
    if price is None:
        raise InvalidFields(
            {"model": f"The price table of {prices.as_of} has no price for {usage.model}, so it cannot be quoted."}
        )
    calls = usage.calls_per_day * DAYS
    tokens = calls * usage.input_tokens
    cached = tokens * usage.cached_percent // 100
    nanos = price.nanos(fresh=tokens - cached, cached=cached, output=calls * usage.output_tokens)
    cents = from_nanos(nanos)
    if cents > MOST:
        raise InvalidFields({"calls_per_day": "That many tokens cost more than any budget here can be."})
    return cents


def wanted_of(limit: int | None, busy: int, monthly: int) -> int | None:
    """Return the limit to ask for so that *monthly* cents fit beside *busy* ones; None when they do already. Pure."""
    if limit is None or busy + monthly <= limit:
        return None
    return rounded(busy + monthly)


def rounded(cents: int) -> int:
    """Return *cents* as a limit to propose: the next multiple of a round amount."""
    return max(STEP, -(-cents // STEP) * STEP)


def _dollars(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
