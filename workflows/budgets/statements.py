"""What a project spends, and what all that concern somebody do: told when they ask."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from workflows.budgets.course import Course, added_up, calendar_in, course_of
from workflows.budgets.drivers import drivers_of_month
from workflows.budgets.estimate import estimate_in
from workflows.budgets.forecast import Calendar
from workflows.budgets.months import period_of, utc_day
from workflows.budgets.thresholds import marks_of
from workflows.errors import Refusal
from workflows.model import Approvers, ApproverSource, Driver, Estimate, Forecast, Person, Project
from workflows.service import Service
from workflows.store import Database
from workflows.store.costs import CostRead

MOST_DRIVERS = 5
UNREAD = "OpenAI's costs were not read yet. Please try again in a few minutes."


@dataclass(frozen=True, kw_only=True)
class Statement(Course):
    """What a project spent in the month *period*, in cents; the fields are those of an ``AlertDossier``.

    ``drivers`` are what cost most, the largest first. ``as_of`` is when the costs were read, ``estimate`` what was used
    and is not among them yet.
    """

    project: Project
    period: str
    owners: tuple[Person, ...]
    drivers: tuple[Driver, ...]
    marks: tuple[int, ...]
    as_of: datetime
    problem: str = ""
    estimate: Estimate | None = None

    @property
    def limit(self) -> int | None:
        return self.project.limit

    @property
    def spent(self) -> int:
        return self.month[-1] if self.month else 0


@dataclass(frozen=True, kw_only=True)
class Line:
    """One project of an overview, in cents; ``forecast`` is None when nothing can be foreseen."""

    project: Project
    spent: int
    forecast: Forecast | None

    @property
    def limit(self) -> int | None:
        return self.project.limit


@dataclass(frozen=True, kw_only=True)
class Overview:
    """The month *period* of the projects that concern somebody, the dearest first.

    ``everything``: they are all there are, and ``elsewhere`` cents belong to none of them (archived, or to no project).
    ``unsure`` are projects that are probably theirs too.
    """

    period: str
    everything: bool
    lines: tuple[Line, ...]
    elsewhere: int
    unsure: tuple[Project, ...]
    as_of: datetime
    problem: str = ""
    estimate: Estimate | None = None

    @property
    def spent(self) -> int:
        return sum(each.spent for each in self.lines) + self.elsewhere


class Statements:
    def __init__(self, *, service: Service, database: Database) -> None:
        self._service = service
        self._database = database

    async def of(self, project_id: str, person_id: str) -> Statement:
        """Return what a project spends.

        Raises ``NotAllowed`` for whom that is no business of, ``Refusal`` while it cannot be told.
        """
        project = await self._service.project_to_look_into(project_id, person_id)
        read, calendar = await self._read()
        async with self._database.read() as work:
            items = await work.line_items([project.id], calendar.start, calendar.today)
            estimate = await estimate_in(work, [project.id], period_of(calendar.today))
        course = course_of(added_up(items.values(), calendar), calendar, read.read_at, project.limit)
        owners = [Approvers(source=ApproverSource.PROJECT_OWNERS)]
        return Statement(
            **vars(course),
            project=project,
            period=period_of(calendar.today),
            owners=tuple(await self._service.resolver.people(owners, project.id, showing=True)),
            drivers=tuple(drivers_of_month(items, calendar.month, MOST_DRIVERS)),
            marks=tuple(each.cents for each in marks_of(project.limit, self._service.policy.alerts.terms_of(project))),
            as_of=read.read_at,
            problem=read.problem,
            estimate=estimate,
        )

    async def overview(self, person_id: str) -> Overview:
        """Return the spend of the projects that concern this person. Raises ``Refusal`` while it cannot be told."""
        sight = await self._service.projects_in_sight(person_id)
        read, calendar = await self._read()
        async with self._database.read() as work:
            spends = await work.spends(calendar.start, calendar.today)
            seen = None if sight.everything else [each.id for each in sight.projects]
            estimate = await estimate_in(work, seen, period_of(calendar.today))
        nothing = [0] * ((calendar.today - calendar.start).days + 1)
        lines = [_line(each, spends.get(each.id, nothing), calendar, read.read_at) for each in sight.projects]
        shown = {each.id for each in sight.projects}
        elsewhere = added_up((days for each, days in spends.items() if each not in shown), calendar)
        return Overview(
            period=period_of(calendar.today),
            everything=sight.everything,
            lines=tuple(sorted(lines, key=lambda each: (-each.spent, each.project.name.casefold()))),
            elsewhere=_spent(elsewhere, calendar, read.read_at) if sight.everything else 0,
            unsure=sight.unsure,
            as_of=read.read_at,
            problem=read.problem,
            estimate=estimate,
        )

    async def _read(self) -> tuple[CostRead, Calendar]:
        async with self._database.read() as work:
            read = await work.cost_read()
        if read is None:
            raise Refusal(UNREAD)
        return read, calendar_in(period_of(utc_day(read.read_at)), read.read_at)


def _line(project: Project, days: Sequence[int], calendar: Calendar, as_of: datetime) -> Line:
    course = course_of(days, calendar, as_of, project.limit)
    return Line(project=project, spent=course.month[-1] if course.month else 0, forecast=course.forecast)


def _spent(days: Sequence[int], calendar: Calendar, as_of: datetime) -> int:
    return course_of(days, calendar, as_of, None).month[-1]
