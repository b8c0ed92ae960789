"""Back-test of the forecast and the spikes: tuned on one set of made-up months, reported on another."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from statistics import median

from tests.bench.simulated import MONTH, START, Simulated, seen_on, simulated
from tests.bench.table import Row
from workflows.budgets.anomaly import unusual
from workflows.budgets.forecast import Calendar, forecast_of, foresee
from workflows.budgets.months import length_of, month_before
from workflows.budgets.watch import calendar_of
from workflows.money import NANOS

TUNING = range(1000)
REPORTING = range(100_000, 101_000)
SMALLEST = 20_00
QUIET = 7


@dataclass
class Score:
    right: int = 0
    wrong: int = 0
    missed: int = 0
    days: list[int] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.wrong)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)


@dataclass
class Report:
    forecast: Score = field(default_factory=Score)
    spikes: Score = field(default_factory=Score)
    inside: list[bool] = field(default_factory=list)
    errors: list[float] = field(default_factory=list)


def back_test(seeds: Iterable[int]) -> Report:
    report = Report()
    for seed in seeds:
        project = simulated(seed)
        _forecast(project, report)
        _spikes(project, report)
    return report


def rows() -> Iterator[Row]:
    for name, seeds in (("tuned on", TUNING), ("reported on", REPORTING)):
        report = back_test(seeds)
        for what, score in (("limit foreseen", report.forecast), ("spikes", report.spikes)):
            days = f", {median(score.days):.0f} days before (median)" if score.days else ""
            figures = f"precision {score.precision:.2f}, recall {score.recall:.2f}{days}"
            yield Row(what=f"{what}, {name} {len(seeds)} months", figures=figures)
        error, inside = median(report.errors), sum(report.inside) / len(report.inside)
        figures = f"off by {error:.1%} (median), {inside:.0%} inside an interval meant for 80%"
        yield Row(what=f"month's end on the 15th, {name} {len(seeds)} months", figures=figures)


def _days(project: Simulated, index: int) -> tuple[list[int], Calendar]:
    """Return what the product would look at on that day at noon."""
    today = START + timedelta(days=index)
    calendar = calendar_of(today, datetime(today.year, today.month, today.day, 12, tzinfo=UTC))
    return seen_on(project, index)[(month_before(today) - START).days :], calendar


def _forecast(project: Simulated, report: Report) -> None:
    warned = None
    for index in range(project.month, project.month + length_of(MONTH)):
        days, calendar = _days(project, index)
        if sum(days[calendar.month :]) >= project.limit * NANOS:
            break
        foreseen = foresee(days, calendar)
        if foreseen is not None and index == project.month + 14:
            forecast = forecast_of(days, calendar, foreseen, None)
            report.inside.append(forecast.low * NANOS <= project.total <= forecast.high * NANOS)
            report.errors.append(abs(foreseen.end / project.total - 1))
        if warned is None and foreseen is not None and foreseen.is_above(project.limit):
            warned = index
    _count(report.forecast, warned, project.hit)


def _count(score: Score, warned: int | None, hit: int | None) -> None:
    if hit is None:
        score.wrong += warned is not None
    elif warned is None:
        score.missed += 1
    else:
        score.right += 1
        score.days.append(hit - warned)


def _spikes(project: Simulated, report: Report) -> None:
    told: set[int] = set()
    last = -QUIET
    for index in range(project.month, len(project.days)):
        days, calendar = _days(project, index)
        found = unusual(days, calendar, SMALLEST)
        day = (calendar.day(found.index) - START).days if found else None
        if day is not None and day - last >= QUIET:
            last = day
            told.add(day)
    due = {each for each in project.odd if each >= project.month}
    report.spikes.right += len(told & due)
    report.spikes.wrong += len(told - project.odd)
    report.spikes.missed += len([each for each in due - told if not any(0 < each - day < QUIET for day in told)])
