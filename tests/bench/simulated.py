"""Made-up projects for the back-test: weekday shapes, growth, launches, spikes, outages, jobs of every first."""

import math
import random
from dataclasses import dataclass
from datetime import date, timedelta

from workflows.budgets.months import length_of
from workflows.money import NANOS

START = date(2026, 9, 1)
MONTH = date(2026, 11, 1)
WEEKS = (
    (1.0,) * 7,
    (1.0, 1.1, 1.1, 1.05, 0.9, 0.25, 0.2),
    (1.0, 1.0, 1.0, 1.0, 1.0, 0.05, 0.0),
    (0.8,) * 5 + (1.6, 1.5),
)
LATEST = 0.7
"""How much of a day's costs has arrived when the day is looked at for the first time."""


@dataclass(frozen=True, kw_only=True)
class Simulated:
    """``days`` are nanodollars from ``START`` to the end of ``MONTH``; ``odd`` are the days whose rise is worth a word.

    ``limit`` is in cents.
    """

    days: tuple[int, ...]
    limit: int
    odd: frozenset[int]

    @property
    def month(self) -> int:
        return (MONTH - START).days

    @property
    def total(self) -> int:
        return sum(self.days[self.month :])

    @property
    def hit(self) -> int | None:
        """The index of the day on which the limit is reached, if it is."""
        spent = 0
        for index in range(self.month, len(self.days)):
            spent += self.days[index]
            if spent >= self.limit * NANOS:
                return index
        return None


def simulated(seed: int) -> Simulated:
    dice = random.Random(seed)
    length = (MONTH - START).days + length_of(MONTH)
    level, growth, noise = dice.lognormvariate(4.0, 1.2), dice.uniform(0.995, 1.012), dice.uniform(0.08, 0.3)
    week, first = dice.choice(WEEKS), dice.choice((0, 0, 0, dice.uniform(0.5, 3.0)))
    dollars = [level * growth**index * week[(START + timedelta(days=index)).weekday()] for index in range(length)]
    dollars = [each * math.exp(dice.gauss(0, noise)) for each in dollars]
    odd = _launch(dice, dollars) | _spikes(dice, dollars)
    if dice.random() < 0.3:
        begin = dice.randrange(length - 2)
        dollars[begin : begin + 2] = [0.0, 0.0]  # an outage
        odd -= {begin, begin + 1}
    for index in range(length):
        if (START + timedelta(days=index)).day == 1:
            dollars[index] += first * level
    days = tuple(round(each * 100 * NANOS) for each in dollars)
    whole = sum(days[(MONTH - START).days :])
    return Simulated(days=days, limit=max(1, round(whole / NANOS * dice.uniform(0.6, 1.6))), odd=frozenset(odd))


def _launch(dice: random.Random, dollars: list[float]) -> set[int]:
    """Raise the level for good, at times; the first day of it is worth a word when it is a large rise."""
    if dice.random() > 0.2:
        return set()
    begin, times = dice.randrange(20, len(dollars)), dice.uniform(1.5, 5.0)
    for index in range(begin, len(dollars)):
        dollars[index] *= times
    return {begin} if times > 3 else set()


def _spikes(dice: random.Random, dollars: list[float]) -> set[int]:
    odd = set()
    while dice.random() < 0.4:
        index, times = dice.randrange(40, len(dollars)), dice.uniform(4.0, 12.0)
        if dollars[index] * (times - 1) > 25:
            odd.add(index)
        dollars[index] *= times
    return odd


def seen_on(project: Simulated, index: int) -> list[int]:
    """Return what is known on the day at *index*: that day's costs have not all arrived."""
    return [*project.days[:index], round(project.days[index] * LATEST)]
