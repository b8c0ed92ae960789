"""What is watched: each project, each cost centre with a budget, the organisation; and all that is judged of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows.model import Project, Scope
from workflows.policy import Alerts, Budget, Terms

Days = Sequence[int]
Spends = Mapping[str, Days]
"""Project id → nanodollars of each day; what belongs to no project stands under the empty id."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """``days`` are nanodollars from the calendar's start to its end, ``limit`` is cents, ``projects`` are who spent it.

    No ``projects`` are all of them, with what is attributed to none.
    """

    scope: Scope
    subject: str
    name: str
    limit: int | None
    limit_as_of: datetime | None
    terms: Terms
    days: Days
    projects: tuple[str, ...] = ()


def accounts_of(projects: Sequence[Project], spends: Spends, length: int, alerts: Alerts) -> Iterator[Account]:
    """Return what is watched, *length* days of each."""
    nothing = (0,) * length
    for project in projects:
        if not project.archived:  # nobody can spend there any more; it counts in the sums below
            yield account_of(project, spends.get(project.id, nothing), alerts)
    for name, budget in alerts.cost_centres.items():
        own = tuple(each.id for each in projects if each.cost_centre == name)
        if own:
            yield _budgeted(Scope.COST_CENTRE, name, budget, _added(own, spends, length), own)
    if alerts.organization is not None:
        yield _budgeted(Scope.ORGANIZATION, "", alerts.organization, _added(spends, spends, length), ())


def account_of(project: Project, days: Days, alerts: Alerts) -> Account:
    return Account(
        scope=Scope.PROJECT,
        subject=project.id,
        name=project.name or project.id,
        limit=project.limit if project.seen_at is not None else None,
        limit_as_of=project.seen_at,
        terms=alerts.terms_of(project),
        days=days,
        projects=(project.id,),
    )


def _budgeted(scope: Scope, subject: str, budget: Budget, days: Days, projects: tuple[str, ...]) -> Account:
    return Account(
        scope=scope,
        subject=subject,
        name=subject or "the whole organisation",
        limit=budget.monthly,
        limit_as_of=None,
        terms=budget.terms,
        days=days,
        projects=projects,
    )


def _added(projects: Iterable[str], spends: Spends, length: int) -> Days:
    series = [spends[each] for each in projects if each in spends]
    return [sum(day) for day in zip(*series, strict=True)] if series else (0,) * length
