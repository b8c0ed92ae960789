"""What one owner is told of their projects once a week: pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from workflows.budgets.forecast import Calendar, forecast_of, foresee
from workflows.budgets.months import period_of
from workflows.budgets.thresholds import FORECAST
from workflows.model import Forecast, Project, Request
from workflows.money import from_nanos
from workflows.reports.raises import Raise

WEEK = 7
SOON = timedelta(days=WEEK)
"""A raise that ends within it is spoken of: before the next digest comes."""


@dataclass(frozen=True, kw_only=True)
class ProjectWeek:
    """A project's money in cents: spent this month, in the last seven whole days, and in the seven before them.

    ``limit`` and ``forecast`` are of the month, None when there is none; ``passed`` are the thresholds reached in it.
    """

    id: str
    name: str
    spent: int
    limit: int | None
    forecast: Forecast | None
    week: int
    before: int
    passed: tuple[str, ...] = ()

    @property
    def says_something(self) -> bool:
        return bool(self.spent or self.week or self.before or self.passed)


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A request that waits for the reader's decision."""

    id: str
    title: str
    project: str
    asked_by: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class Digest:
    """Everything the message shows, as of when the costs were read. ``first`` to ``last`` are the week's UTC days."""

    period: str
    first: date
    last: date
    projects: tuple[ProjectWeek, ...]
    ending: tuple[Raise, ...]
    waiting: tuple[Waiting, ...]
    as_of: datetime
    problem: str = ""

    @property
    def says_something(self) -> bool:
        """Say whether it is worth anybody's time: some project spent, or something asks for the reader."""
        return bool(self.ending or self.waiting) or any(each.says_something for each in self.projects)

    @property
    def forecast(self) -> int:
        """Return what the projects will have spent by the month's end, in cents; a young one counts what it has."""
        return sum(each.forecast.end if each.forecast else each.spent for each in self.projects)


def digest_of(
    projects: Iterable[Project],
    spends: Mapping[str, Sequence[int]],
    passed: Mapping[str, Iterable[str]],
    raises: Iterable[Raise],
    waiting: Iterable[Request],
    calendar: Calendar,
    as_of: datetime,
    now: datetime,
    *,
    problem: str = "",
) -> Digest:
    """Put together what there is about these *projects*; *spends* are nanodollars of each of the *calendar*'s days."""
    nothing = (0,) * ((calendar.today - calendar.start).days + 1)
    own = {each.id: each for each in projects}
    weeks = [_week(each, spends.get(each.id, nothing), passed.get(each.id, ()), calendar) for each in own.values()]
    return Digest(
        period=period_of(calendar.today),
        first=calendar.day(calendar.whole - WEEK),
        last=calendar.day(calendar.whole - 1),
        projects=tuple(sorted(weeks, key=lambda each: (-each.spent, -each.week, each.name.casefold(), each.id))),
        ending=tuple(
            sorted(
                (each for each in raises if each.project_id in own and each.ends_within(now, SOON)),
                key=lambda each: each.ends_at,
            )
        ),
        waiting=tuple(map(_waiting, waiting)),
        as_of=as_of,
        problem=problem,
    )


def _week(project: Project, days: Sequence[int], passed: Iterable[str], calendar: Calendar) -> ProjectWeek:
    limit = project.limit if project.seen_at is not None else None
    foreseen = foresee(days, calendar)
    whole = days[: calendar.whole]
    return ProjectWeek(
        id=project.id,
        name=project.name or project.id,
        spent=from_nanos(sum(days[calendar.month :])),
        limit=limit,
        forecast=forecast_of(days, calendar, foreseen, limit) if foreseen else None,
        week=from_nanos(sum(whole[-WEEK:])),
        before=from_nanos(sum(whole[-2 * WEEK : -WEEK])),
        passed=tuple(sorted(filter(_is_threshold, passed), key=_amount)),
    )


def _is_threshold(mark: str) -> bool:
    return mark != FORECAST and not mark.startswith("spike")


def _amount(mark: str) -> tuple[bool, float]:
    """Order shares before amounts, each from the smallest."""
    digits = "".join(each for each in mark if each.isdigit() or each == ".")
    return mark.startswith("$"), float(digits or 0)


def _waiting(request: Request) -> Waiting:
    return Waiting(
        id=request.id,
        title=request.title,
        project=request.project_name,
        asked_by=request.requester.name or request.requester.email,
        expires_at=request.expires_at,
    )
