"""What the approved limits add up to, by cost centre, against what may be spent: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows.budgets.forecast import Calendar, foresee
from workflows.commitment import Commitment
from workflows.model import Project
from workflows.money import from_nanos
from workflows.policy import Alerts


@dataclass(frozen=True, kw_only=True)
class CentreCommitment:
    """A cost centre's live projects together, in cents a month.

    ``limits`` adds up those that have a limit, ``budget`` is the policy's for the cost centre, None when it has none.
    ``forecast`` is of the month's end, None when its projects are too young to tell.
    """

    name: str
    projects: int
    limits: int
    budget: int | None
    spent: int
    forecast: int | None

    @property
    def room(self) -> int | None:
        """The limits that could still be approved within the budget; below zero it is over-committed."""
        return self.budget - self.limits if self.budget is not None else None


@dataclass(frozen=True, kw_only=True)
class Commitments:
    """``whole`` compares everything with the organisation's limit; ``spent`` and ``forecast`` are all projects' cents.

    ``unlimited`` names the live projects without a limit, ``unread`` those whose limit was never looked at. ``as_of``
    is when the costs were read, None when they never were.
    """

    whole: Commitment
    centres: tuple[CentreCommitment, ...]
    spent: int
    forecast: int | None
    unlimited: tuple[str, ...]
    unread: tuple[str, ...]
    as_of: datetime | None

    @property
    def room(self) -> int | None:
        """The limits that could still be approved within the organisation's; below zero it is over-committed."""
        return self.whole.limit - self.whole.approved if self.whole.limit is not None else None


def commitments_of(
    whole: Commitment,
    projects: Sequence[Project],
    spends: Mapping[str, Sequence[int]],
    calendar: Calendar,
    alerts: Alerts,
    as_of: datetime | None,
) -> Commitments:
    """Group what is live by cost centre, the largest limits first; *spends* are nanodollars of each day."""
    live = [each for each in projects if not each.archived]
    names = {each.cost_centre for each in live}
    centres = [
        _centre(name, [each for each in live if each.cost_centre == name], spends, calendar, alerts) for name in names
    ]
    days = _added(list(spends), spends, calendar)
    return Commitments(
        whole=whole,
        centres=tuple(sorted(centres, key=lambda each: (-each.limits, each.name))),
        spent=from_nanos(sum(days[calendar.month :])),
        forecast=_foreseen(days, calendar),
        unlimited=_names(each for each in live if _is_read(each) and each.limit is None),
        unread=_names(each for each in live if not _is_read(each)),
        as_of=as_of,
    )


def _centre(
    name: str, projects: Sequence[Project], spends: Mapping[str, Sequence[int]], calendar: Calendar, alerts: Alerts
) -> CentreCommitment:
    days = _added([each.id for each in projects], spends, calendar)
    budget = alerts.cost_centres.get(name)
    return CentreCommitment(
        name=name,
        projects=len(projects),
        limits=sum(each.limit or 0 for each in projects),
        budget=budget.monthly if budget is not None else None,
        spent=from_nanos(sum(days[calendar.month :])),
        forecast=_foreseen(days, calendar),
    )


def _added(ids: Sequence[str], spends: Mapping[str, Sequence[int]], calendar: Calendar) -> Sequence[int]:
    series = [spends[each] for each in ids if each in spends]
    return [sum(day) for day in zip(*series, strict=True)] or [0] * ((calendar.today - calendar.start).days + 1)


def _foreseen(days: Sequence[int], calendar: Calendar) -> int | None:
    foreseen = foresee(days, calendar)
    return from_nanos(round(foreseen.end)) if foreseen is not None else None


def _is_read(project: Project) -> bool:
    return project.seen_at is not None or project.limit is not None


def _names(projects: Iterable[Project]) -> tuple[str, ...]:
    return tuple(sorted((each.name or each.id for each in projects), key=str.casefold))
