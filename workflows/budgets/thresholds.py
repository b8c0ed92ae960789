"""Which thresholds the month's spend has reached, which of them is news, and which a raise has put ahead again: pure.

A mark that was passed is told of once in its month. It can be told of again only when the limit is above the one it was
told against, and the spend below the mark: then a raise has armed it again. A credit, a limit that is lowered and
raised back to what it was, or one that is removed for a while, arm nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from workflows.money import NANOS, dollars
from workflows.policy import Terms

FORECAST = "forecast"
"""The mark that is passed when the limit will be reached before the month ends."""

Passed = Mapping[str, int | None]
"""The names of the marks that were passed this month → the limit in cents they were passed against."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """``cents`` is what must be spent to reach it, ``percent`` its share of the limit, None for a plain amount."""

    name: str
    cents: int
    percent: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Crossing:
    """What became of an account's marks.

    ``top`` is the one to tell of, None when there is no news; ``passed`` are all that count as passed from now on,
    ``rearmed`` those that may be told of again, ``kept`` those that a raise left behind the spend.
    """

    top: Mark | None = None
    passed: tuple[Mark, ...] = ()
    rearmed: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()


NOTHING = Crossing()


def crossing(spent: int, limit: int | None, terms: Terms, passed: Passed) -> Crossing:
    """Return what *spent* (nanodollars) means against *limit* (cents; a mark is reached at ``>=``)."""
    if spent <= 0 and not passed:
        return NOTHING
    marks = marks_of(limit, terms)
    raised = [each for each in marks if each.name in passed and _is_raised(limit, passed[each.name], each.percent)]
    rearmed = tuple(each.name for each in raised if not _reached(spent, limit, each))
    news = [each for each in marks if each.name not in passed and _reached(spent, limit, each)]
    if not (raised or news):
        return NOTHING
    told = [each for each in news if not _is_below(each, marks, passed, rearmed)]
    return Crossing(
        top=max(told, key=_weight, default=None),
        passed=tuple(news),
        rearmed=rearmed,
        kept=tuple(each.name for each in raised if each.name not in rearmed),
    )


def marks_of(limit: int | None, terms: Terms) -> Sequence[Mark]:
    """Return the marks of an account; shares of the limit only where there is one."""
    amounts = [Mark(name=dollars(each), cents=each) for each in terms.amounts]
    if limit is None:
        return amounts
    ceiling = max(limit, 0)  # below zero nothing can be spent either
    return [Mark(name=f"{each}%", cents=-(-each * ceiling // 100), percent=each) for each in terms.thresholds] + amounts


def _reached(spent: int, limit: int | None, mark: Mark) -> bool:
    """Say whether *spent* is at the mark, exactly; nobody who spent nothing has reached anything."""
    if mark.percent is None or limit is None:
        return spent > 0 and spent >= mark.cents * NANOS
    return spent > 0 and spent * 100 >= mark.percent * max(limit, 0) * NANOS


def _is_raised(limit: int | None, before: int | None, percent: int | None) -> bool:
    return percent is not None and limit is not None and before is not None and limit > before


def _is_below(mark: Mark, marks: Iterable[Mark], passed: Passed, rearmed: Iterable[str]) -> bool:
    """Say whether more than *mark* was told of already, so that it is no news."""
    standing = (each for each in marks if each.name in passed and each.name not in rearmed)
    return any((each.percent is None) == (mark.percent is None) and each.cents > mark.cents for each in standing)


def _weight(mark: Mark) -> tuple[int, int]:
    """Order marks by the money that they stand for; of two that are the same, the share says more."""
    return mark.cents, mark.percent or 0
