"""What a month cost, by cost centre and project, so that it adds up to the organisation's costs: pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from workflows.model import Project

CENTRES = 25
PROJECTS = 40
"""Most cost centres, and projects among them, that a table in a chat shows: it has 100 rows."""

NO_CENTRE = "no cost centre"
NO_PROJECT = "attributed to no project"


@dataclass(frozen=True, kw_only=True)
class Line:
    """What one project cost in nanodollars; the line without a project is what OpenAI attributes to none.

    ``limit`` is the last limit of the month that is known, in cents.
    """

    nanos: int
    project_id: str = ""
    project: str = ""
    cost_centre: str = ""
    environment: str = ""
    owners: tuple[str, ...] = ()
    archived: bool = False
    limit: int | None = None


@dataclass(frozen=True, kw_only=True)
class Showback:
    """A month's lines, by cost centre and the dearest first.

    ``final``: the month is over and its last day does not grow any more. ``as_of`` is when the costs were read,
    ``problem`` a sentence about costs that could not be counted.
    """

    period: str
    lines: tuple[Line, ...]
    as_of: datetime
    final: bool
    problem: str = ""

    @property
    def total(self) -> int:
        """Return the organisation's costs in nanodollars."""
        return sum(each.nanos for each in self.lines)


class Level(StrEnum):
    CENTRE = "centre"
    PROJECT = "project"
    REST = "rest"
    TOTAL = "total"


@dataclass(frozen=True, kw_only=True)
class Row:
    """A row of the table in a chat; ``name`` is empty for what has none, ``count`` is how many projects it adds up."""

    level: Level
    name: str
    nanos: int
    count: int = 1


@dataclass(frozen=True, kw_only=True)
class Brief:
    """A showback short enough for a message. ``left_out`` is how many projects stand in no row of their own."""

    period: str
    rows: tuple[Row, ...]
    left_out: int
    as_of: datetime
    final: bool
    problem: str = ""

    @property
    def total(self) -> int:
        return next(each.nanos for each in self.rows if each.level is Level.TOTAL)


def showback_of(
    period: str,
    spent: Mapping[str, int],
    projects: Iterable[Project],
    limits: Mapping[str, int | None],
    *,
    as_of: datetime,
    final: bool,
    problem: str = "",
) -> Showback:
    """Put *spent* (project id → nanodollars, the empty id for none) together with what is known of the projects."""
    known = {each.id: each for each in projects}
    lines = [_line(each, nanos, known.get(each), limits) for each, nanos in spent.items() if nanos or each]
    centres = Counter[str]()
    for each in lines:
        centres[each.cost_centre] += each.nanos
    lines.sort(key=lambda each: (not each.project_id, -centres[each.cost_centre], each.cost_centre, -each.nanos))
    return Showback(period=period, lines=tuple(lines), as_of=as_of, final=final, problem=problem)


def _line(project_id: str, nanos: int, project: Project | None, limits: Mapping[str, int | None]) -> Line:
    if project is None:
        return Line(nanos=nanos, project_id=project_id, project=project_id)
    return Line(
        nanos=nanos,
        project_id=project_id,
        project=project.name or project_id,
        cost_centre=project.cost_centre,
        environment=project.environment,
        owners=project.owners,
        archived=project.archived,
        limit=limits.get(project_id),
    )


def brief(showback: Showback, *, centres: int = CENTRES, projects: int = PROJECTS) -> Brief:
    """Return the rows of a table that fits a message and still adds up to the total."""
    own = [each for each in showback.lines if each.project_id]
    dearest = {each.project_id for each in sorted(own, key=lambda each: -each.nanos)[:projects]}
    names = list(dict.fromkeys(each.cost_centre for each in own))
    rows: list[Row] = []
    for name in names[:centres]:
        rows += _centre(name, [each for each in own if each.cost_centre == name], dearest)
    rest = [each for each in own if each.cost_centre in set(names[centres:])]
    if rest:
        rows.append(_added(Level.CENTRE, f"{len(names) - centres} more cost centres", rest))
    nobody = [each for each in showback.lines if not each.project_id]
    if nobody:
        rows.append(_added(Level.CENTRE, NO_PROJECT, nobody, count=0))
    rows.append(_added(Level.TOTAL, "", showback.lines, count=len(own)))
    shown = sum(each.level is Level.PROJECT for each in rows)
    return Brief(
        period=showback.period,
        rows=tuple(rows),
        left_out=len(own) - shown,
        as_of=showback.as_of,
        final=showback.final,
        problem=showback.problem,
    )


def _centre(name: str, lines: Sequence[Line], dearest: set[str]) -> list[Row]:
    shown = [each for each in lines if each.project_id in dearest]
    rest = [each for each in lines if each.project_id not in dearest]
    rows = [_added(Level.CENTRE, name or NO_CENTRE, lines)]
    rows += [Row(level=Level.PROJECT, name=each.project, nanos=each.nanos) for each in shown]
    return rows + ([_added(Level.REST, "", rest)] if rest else [])


def _added(level: Level, name: str, lines: Sequence[Line], *, count: int | None = None) -> Row:
    return Row(
        level=level,
        name=name,
        nanos=sum(each.nanos for each in lines),
        count=len(lines) if count is None else count,
    )
