"""What people are warned of: spend that reached a threshold, will reach the limit, or rose without warning."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from workflows.model.people import Person
from workflows.model.project import Project


class AlertKind(StrEnum):
    THRESHOLD = "threshold"  # the month's spend reached a share of the limit, or an amount
    FORECAST = "forecast"  # at this pace the limit is reached before the month ends
    ANOMALY = "anomaly"  # one day cost far more than such days do


class Scope(StrEnum):
    """Whose spend is watched; the *subject* is the project's id, the cost centre's name, or empty."""

    PROJECT = "project"
    COST_CENTRE = "cost_centre"
    ORGANIZATION = "organization"


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What the month will cost in cents, four times out of five between ``low`` and ``high``.

    ``hits_on`` is the UTC day on which the limit is reached, None when it is not, or when there is no limit.
    """

    end: int
    low: int
    high: int
    hits_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Spike:
    """A UTC day that cost ``spent`` cents where ``usual`` were to be expected."""

    day: date
    spent: int
    usual: int


@dataclass(frozen=True, kw_only=True)
class KeyShare:
    """The API key that drove it, with its cents and percent of the whole; never the key's value.

    ``name`` and ``owner`` (a service account or a person) are as OpenAI lists them, empty when it does not.
    """

    id: str
    name: str
    owner: str
    cents: int
    percent: int


@dataclass(frozen=True, kw_only=True)
class Driver:
    """What drove it: a model or other line item, the cents that are due to it, and its percent of the whole.

    ``key`` is None where OpenAI names no key.
    """

    what: str
    cents: int
    percent: int
    key: KeyShare | None = None


@dataclass(frozen=True, kw_only=True)
class PromptCost:
    """What one prompt cost in cents, as PromptLayer reckons it from what it logged: never what a budget is about."""

    name: str
    cents: int


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """What was used since the UTC day ``since`` and is not booked yet, in cents by list prices of ``prices_of``.

    ``as_of`` is when the usage was read. ``unpriced`` are the models that have no price: what they cost is not in it.
    """

    cents: int
    since: date
    as_of: datetime
    prices_of: date
    unpriced: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Alert:
    """One warning, sent once. Amounts are cents, ``period`` is the month as ``2026-11``.

    ``mark`` names what was reached (``80%``, ``$500``, ``forecast``, ``spike``), ``threshold`` is that in cents,
    ``percent`` is None for what is no share of the limit. ``as_of`` is when the costs were read, ``limit_as_of`` when
    the limit was. ``critical``: it belongs in the channel for alerts too.
    """

    id: str
    scope: Scope
    subject: str
    name: str
    period: str
    kind: AlertKind
    mark: str
    threshold: int
    percent: int | None = None
    spent: int
    limit: int | None
    limit_as_of: datetime | None = None
    forecast: Forecast | None = None
    spike: Spike | None = None
    driver: Driver | None = None
    critical: bool = False
    at: datetime
    as_of: datetime
    acknowledged_by: Person | None = None
    acknowledged_at: datetime | None = None

    @property
    def project_id(self) -> str:
        return self.subject if self.scope is Scope.PROJECT else ""

    @property
    def share(self) -> float | None:
        """The spent fraction of the limit; None without a limit."""
        return self.spent / self.limit if self.limit else None

    @property
    def thread(self) -> str:
        """What the alerts of one subject and month have in common: they belong in one thread, in their order."""
        return f"{self.scope}:{self.subject}:{self.period}"


@dataclass(frozen=True, kw_only=True)
class AlertDossier:
    """Everything an alert's card shows.

    ``first_id`` is the alert that opened the thread (its own id when it is the first). ``project`` is None for what is
    about no project, ``limit`` is the present one in cents. ``month`` holds the cumulative cents of each UTC day of the
    alert's month, from its first to the last that was read; ``last_month`` those of the whole month before. ``path``,
    ``low`` and ``high`` hold what is foreseen for the end of each day that still grows or is to come, up to the month's
    last; they are empty when nothing can be foreseen, or the month is over. ``marks`` are the cents that people are
    warned at. ``as_of`` is when the costs were read, ``problem`` a sentence about costs that could not be counted,
    mostly empty. ``prompts`` are those that cost most, the costliest first, where PromptLayer is asked. ``estimate`` is
    what was used and is in none of these amounts yet.
    """

    alert: Alert
    first_id: str
    project: Project | None
    owners: tuple[Person, ...]
    limit: int | None
    month: tuple[int, ...]
    last_month: tuple[int, ...]
    forecast: Forecast | None
    path: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]
    as_of: datetime
    problem: str = ""
    marks: tuple[int, ...] = ()
    prompts: tuple[PromptCost, ...] = ()
    estimate: Estimate | None = None
