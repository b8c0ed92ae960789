"""How fast a project spends: its level now, the shape of its week, and how far its days stray from that. Pure.

A level alone would call every Friday an overrun, a trend alone would follow a single spike; so days are first made
comparable by the shape of the week, and what sticks out of the last week is cut before the level is taken.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

HISTORY = 42
"""Days looked back on: six weeks."""

YOUNG = 5
"""With fewer days of spend nothing is foreseen, and nothing is said about how far days stray."""

SHAPED = 14
"""With fewer days every day of the week counts the same."""

HALF_LIFE = 5.0
CUT = 2.5
STEADIEST = 0.05
UNKNOWN = 0.5
NORMAL = 1.4826
"""The deviation of a normal distribution, in median absolute deviations."""

_WEIGHTS = tuple(0.5 ** (ago / HALF_LIFE) for ago in range(HISTORY))


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """Nanodollars a day on an even day; ``shape`` is what each day of the week (Monday first) makes of it."""

    level: float
    shape: Sequence[float]
    spread: float

    def expected(self, weekday: int) -> float:
        return self.level * self.shape[weekday % 7]


def pace_of(days: Sequence[int], weekday: int) -> Pace | None:
    """Return the pace after whole *days* of nanodollars, the first of which is a *weekday*; None for a young project.

    Credits count as a day without spend: they do not come every day.
    """
    begun = next((index for index, spent in enumerate(days) if spent > 0), len(days))
    begun = max(begun, len(days) - HISTORY)
    known = [max(each, 0) for each in days[begun:]]
    if sum(each > 0 for each in known) < YOUNG:
        return None
    weekday += begun
    shape = _shape(known, weekday)
    factors = [shape[(weekday + index) % 7] for index in range(len(known))]
    even = [spent / factor for spent, factor in zip(known, factors, strict=True)]
    most = CUT * _middle(even[-7:])
    level = _level(known, factors, most) if most else sum(known[-7:]) / sum(factors[-7:])
    return Pace(level=level, shape=shape, spread=_spread(even, level))


def _shape(known: Sequence[int], weekday: int) -> Sequence[float]:
    """Return what each day of the week makes of an even day, drawn towards 1 the fewer weeks there are."""
    if len(known) < SHAPED:
        return (1.0,) * 7
    weeks = len(known) // 7
    parts: list[list[float]] = [[] for _ in range(7)]
    for week in range(weeks):
        begin = len(known) - 7 * (week + 1)
        whole = sum(known[begin : begin + 7])
        for index in range(begin, begin + 7) if whole else ():
            parts[(weekday + index) % 7].append(7 * known[index] / whole)
    if not parts[0]:
        return (1.0,) * 7
    trust = weeks / (weeks + 1)
    factors = [max(0.03, trust * _middle(each) + 1 - trust) for each in parts]
    mean = sum(factors) / 7
    return tuple(each / mean for each in factors)


def _level(known: Sequence[int], factors: Sequence[float], most: float) -> float:
    """Return the level of an even day, recent days counting more, and each no more than *most*."""
    spent = weight = 0.0
    for day, factor, each in zip(reversed(known), reversed(factors), _WEIGHTS, strict=False):
        spent += each * min(day, most * factor)
        weight += each * factor
    return spent / weight


def _spread(even: Sequence[float], level: float) -> float:
    """Return how far a day strays from the week before it."""
    strays = [abs(even[index] - _middle(even[index - 7 : index])) for index in range(max(7, len(even) - 28), len(even))]
    if len(strays) < YOUNG:
        return UNKNOWN * level
    return max(NORMAL * _middle(strays), STEADIEST * level)


def _middle(values: Sequence[float]) -> float:
    return float(median(values))
