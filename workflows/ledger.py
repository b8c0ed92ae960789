"""What stands in a project by approved requests, and what is left when one of them ends: arithmetic, no database.

Effects on one subject lie on each other like sheets. One that was given for good covers everything below it. Above
the last of these lie the grants. The uppermost sheet is what is true; when a grant is taken out, from wherever it
lies, the uppermost of the rest is, and below all grants lies what there was before the first of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflows.model import Effect


@dataclass(frozen=True, kw_only=True)
class Mark:
    """That a step made *subject* this *value*, and what it found *before*; all JSON."""

    subject: str
    value: Any
    before: Any


@dataclass(frozen=True, kw_only=True)
class Ending:
    """What the end of a grant asks of *subject*.

    ``value`` is what the grant had given, ``standing`` what should be true before the end, ``target`` after it. What
    is neither was changed by hand.
    """

    subject: str
    value: Any
    standing: Any
    target: Any


def base_of(standing: Sequence[Effect], before: Any) -> Any:
    """Return what is true of a subject without grants, for a new effect on those *standing* (in their order)."""
    grants = _above(standing)
    return grants[0].base if grants else before


def lasting(standing: Sequence[Effect], now: Any) -> Any:
    """Return what will be true of a subject once every grant has ended; *now* is what is true of it now."""
    grants = _above(standing)
    return grants[0].base if grants else now


def grants_end(standing: Sequence[Effect]) -> datetime | None:
    """Return when the last of the grants ends that lie above what lasts; None when there is none."""
    return max((each.ends_at for each in _above(standing) if each.ends_at is not None), default=None)


def ending(effect: Effect, standing: Sequence[Effect]) -> Ending:
    """Return what the end of *effect* asks for, given all that is *standing* on its subject, itself included."""
    rest = [each for each in standing if each.seq != effect.seq]
    grants = _above(rest)
    lasts = _last_for_good(rest)
    if grants:
        target = grants[-1].value
    elif lasts is not None and lasts.seq > effect.seq:
        target = lasts.value
    else:
        target = effect.base
    top = standing[-1].value if standing else effect.value
    return Ending(subject=effect.subject, value=effect.value, standing=top, target=target)


def endings(effects: Sequence[Effect], standing: Mapping[str, Sequence[Effect]]) -> tuple[Ending, ...]:
    """Return what the end of all these *effects* of one request asks for."""
    return tuple(ending(each, standing.get(each.subject, (each,))) for each in effects)


def _last_for_good(standing: Sequence[Effect]) -> Effect | None:
    return next((each for each in reversed(standing) if each.ends_at is None), None)


def _above(standing: Sequence[Effect]) -> list[Effect]:
    """Return the grants that lie above what was last given for good."""
    lasts = _last_for_good(standing)
    return [each for each in standing if each.ends_at is not None and (lasts is None or each.seq > lasts.seq)]
