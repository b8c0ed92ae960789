"""Everything an alert's card shows, by the costs and the limit as they are known now."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import accumulate

from workflows.budgets.forecast import LIKELY, Calendar, forecast_of, foresee, path
from workflows.budgets.months import first_day, length_of, utc_day
from workflows.budgets.watch import calendar_of
from workflows.model import Alert, AlertDossier, Approvers, ApproverSource, Project, Scope
from workflows.money import from_nanos
from workflows.policy import Alerts
from workflows.service.approvers import Resolver
from workflows.store import Database, UnitOfWork


class Dossiers:
    def __init__(self, *, database: Database, resolver: Resolver, alerts: Alerts) -> None:
        self._database = database
        self._resolver = resolver
        self._alerts = alerts

    async def of(self, alert_id: str) -> AlertDossier:
        """Return what the card of an alert shows. Raises ``UnknownRequest``."""
        async with self._database.read() as work:
            alert = await work.alert(alert_id)
            earlier = await work.alerts((alert.scope, alert.subject), alert.period)
            project = await work.project(alert.project_id) if alert.project_id else None
            read = await work.cost_read()
            as_of = read.read_at if read is not None else alert.as_of
            calendar = _calendar(alert.period, as_of)
            days = await _days(work, alert, calendar)
        owners = [Approvers(source=ApproverSource.PROJECT_OWNERS)] if project else []
        limit = self._limit(alert, project)
        foreseen = foresee(days, calendar) if utc_day(as_of) == calendar.today else None
        ahead, deviations = (path(days, calendar, foreseen), foreseen.deviations) if foreseen else ([], [])
        spent = sum(days[calendar.month :])
        return AlertDossier(
            alert=alert,
            first_id=earlier[0].id,
            project=project,
            owners=tuple(await self._resolver.people(owners, alert.project_id, showing=True)),
            limit=limit,
            month=_cents(accumulate(days[calendar.month :])),
            last_month=_cents(accumulate(days[: calendar.month])),
            forecast=forecast_of(days, calendar, foreseen, limit) if foreseen else None,
            path=_cents(ahead),
            low=_cents(
                max(day - LIKELY * stray, min(day, spent)) for day, stray in zip(ahead, deviations, strict=True)
            ),
            high=_cents(day + LIKELY * stray for day, stray in zip(ahead, deviations, strict=True)),
            as_of=as_of,
            problem=read.problem if read is not None else "",
        )

    def _limit(self, alert: Alert, project: Project | None) -> int | None:
        """Return the limit of now; that of a month which is over was the alert's."""
        match alert.scope:
            case Scope.PROJECT:
                return project.limit if project is not None else alert.limit
            case Scope.COST_CENTRE:
                budget = self._alerts.cost_centres.get(alert.subject)
            case Scope.ORGANIZATION:
                budget = self._alerts.organization
        return budget.monthly if budget is not None else alert.limit


def _calendar(period: str, as_of: datetime) -> Calendar:
    """Return the days of the alert's month and the one before it, as far as they were read."""
    first = first_day(period)
    last = first + timedelta(days=length_of(first) - 1)
    return calendar_of(max(first, min(utc_day(as_of), last)), as_of)


async def _days(work: UnitOfWork, alert: Alert, calendar: Calendar) -> Sequence[int]:
    items = await work.line_items(await _projects(work, alert), calendar.start, calendar.today)
    length = (calendar.today - calendar.start).days + 1
    return [sum(day) for day in zip(*items.values(), strict=True)] if items else [0] * length


async def _projects(work: UnitOfWork, alert: Alert) -> Sequence[str] | None:
    match alert.scope:
        case Scope.PROJECT:
            return [alert.subject]
        case Scope.COST_CENTRE:
            return [each.id for each in await work.projects() if each.cost_centre == alert.subject]
        case Scope.ORGANIZATION:
            return None


def _cents(sums: Iterable[float]) -> tuple[int, ...]:
    return tuple(from_nanos(round(each)) for each in sums)
