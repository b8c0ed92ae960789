"""From what is known of a month to its chart. Pure."""

from datetime import UTC, date, datetime
from typing import Protocol

from bot.charts.chart import Chart
from workflows.model import AlertDossier, Forecast

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DECEMBER = 12


class Month(Protocol):
    """A month in cents, as ``AlertDossier`` says what each is."""

    @property
    def month(self) -> tuple[int, ...]: ...
    @property
    def last_month(self) -> tuple[int, ...]: ...
    @property
    def path(self) -> tuple[int, ...]: ...
    @property
    def low(self) -> tuple[int, ...]: ...
    @property
    def high(self) -> tuple[int, ...]: ...
    @property
    def limit(self) -> int | None: ...
    @property
    def marks(self) -> tuple[int, ...]: ...
    @property
    def forecast(self) -> Forecast | None: ...
    @property
    def as_of(self) -> datetime: ...


def chart_of(name: str, period: str, known: Month) -> Chart:
    """Return the chart of the month *period* (``2026-11``) of what is called *name*."""
    first = date.fromisoformat(f"{period}-01")
    following = date(first.year + first.month // _DECEMBER, first.month % _DECEMBER + 1, 1)
    return Chart(
        name=name,
        title=f"{first:%B %Y}",
        as_of=_moment(known.as_of),
        days=(following - first).days,
        month=known.month,
        last_month=known.last_month,
        path=known.path,
        low=known.low,
        high=known.high,
        limit=known.limit,
        marks=known.marks,
    )


def chart_of_alert(dossier: AlertDossier) -> Chart:
    return chart_of(dossier.alert.name, dossier.alert.period, dossier)


def _moment(when: datetime) -> str:
    """Return a moment in words that no locale changes: a picture is the same for every reader."""
    utc = when.astimezone(UTC)
    return f"{utc.day} {MONTHS[utc.month - 1]} {utc:%H:%M} UTC"
