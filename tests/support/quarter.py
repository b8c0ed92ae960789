"""A made-up quarter of many projects: what each spends by the hour, when limits are raised; and an oracle of alerts.

The oracle is written apart from the product on purpose: it knows the whole quarter beforehand, counts in dollars as
fractions, and goes through one project after the other, where the product sees all projects at one moment.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

THRESHOLDS = (50, 80, 95, 100)
FIRST = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 92

Told = tuple[int, str, str]
"""The number of a project, a month, and the mark that was told of."""


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """Dollars that a project spends at a moment; they count for *day*, which may be the day before."""

    at: datetime
    day: date
    dollars: Decimal


@dataclass(kw_only=True)
class Course:
    """One project's quarter: its purchases, and since when it has which limit in cents, both in the order of time."""

    number: int
    purchases: list[Purchase] = field(default_factory=list)
    limits: list[tuple[datetime, int]] = field(default_factory=list)


def course(number: int, seed: int = 0) -> Course:
    """Make up the quarter of one project."""
    dice = random.Random(f"{seed}:{number}")
    daily, growth = dice.lognormvariate(2.5, 1.0), dice.uniform(0.997, 1.01)
    weekend = dice.choice((1.0, 1.0, 0.3, 0.1))
    made = Course(number=number)
    for index in range(DAYS):
        day = FIRST + timedelta(days=index)
        dollars = daily * growth**index * (weekend if day.isoweekday() > 5 else 1.0) * dice.uniform(0.6, 1.4)
        dollars *= dice.uniform(3, 12) if dice.random() < 0.02 else 1.0
        made.purchases += _purchases(dice, day, dollars)
    made.purchases.sort(key=lambda each: each.at)
    made.limits = list(_limits(dice, daily))
    return made


def _purchases(dice: random.Random, day: datetime, dollars: float) -> Iterator[Purchase]:
    for _ in range(2):
        late = timedelta(hours=dice.uniform(0, 40))
        yield Purchase(at=day + late, day=day.date(), dollars=Decimal(f"{dollars / 2:.6f}"))
    if dice.random() < 0.01:
        yield Purchase(at=day, day=day.date(), dollars=Decimal(f"{-dollars:.6f}"))


def _limits(dice: random.Random, daily: float) -> Iterator[tuple[datetime, int]]:
    limit = max(100, round(daily * 30 * dice.uniform(0.5, 2.0) * 100))
    yield FIRST, limit
    for index in range(DAYS):
        if dice.random() < 0.015:
            limit = max(100, round(limit * dice.choice((0.8, 1.25, 1.5, 2.0))))
            yield FIRST + timedelta(days=index, hours=dice.uniform(0, 24)), limit


def due(of: Course, looks: Sequence[datetime]) -> list[Told]:
    """Return what must be told of a project that is looked at at these moments, in its order.

    What a month spent is judged against the limit of the moment; for three days into the next one also against the
    limit that it had when it was last looked at.
    """
    told: list[Told] = []
    states: dict[str, dict[int, int]] = {}
    last_limit: dict[str, int] = {}
    for look in looks:
        limit = [cents for since, cents in of.limits if since <= look][-1]
        month = f"{look:%Y-%m}"
        before = f"{(look.replace(day=1) - timedelta(days=1)):%Y-%m}"
        if look.day <= 3 and before in last_limit:
            told += _look(of, look, before, last_limit[before], states.setdefault(before, {}))
        told += _look(of, look, month, limit, states.setdefault(month, {}))
        last_limit[month] = limit
    return told


def _look(of: Course, look: datetime, month: str, limit: int, known: dict[int, int]) -> list[Told]:
    """Return at most one thing to tell; *known* maps a threshold that was told to the limit it was told at."""
    dollars = sum(Fraction(each.dollars) for each in of.purchases if each.at <= look and f"{each.day:%Y-%m}" == month)
    share = Fraction(dollars) * 10_000 / limit
    for percent in [each for each in known if limit > known[each]]:
        if share < percent:
            del known[percent]
        else:
            known[percent] = limit
    news = [each for each in THRESHOLDS if each not in known and dollars > 0 and share >= each]
    highest_known = max(known, default=0)
    known.update(dict.fromkeys(news, limit))
    return [(of.number, month, f"{max(news)}%")] if news and max(news) > highest_known else []
