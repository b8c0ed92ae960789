"""Everything an alert's card shows, by the costs and the limit as they are known now."""

from collections.abc import Callable, Sequence

from workflows.budgets.course import added_up, calendar_in, course_of
from workflows.budgets.estimate import estimate_in
from workflows.budgets.thresholds import marks_of
from workflows.model import Alert, AlertDossier, Approvers, ApproverSource, Project, Scope
from workflows.policy import Alerts, Terms
from workflows.service.approvers import Resolver
from workflows.store import Database, UnitOfWork


class Dossiers:
    """``resolver`` returns what finds the people of a workspace."""

    def __init__(
        self, *, database: Database, resolver: Callable[[str], Resolver], alerts: Callable[[], Alerts]
    ) -> None:
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
            calendar = calendar_in(alert.period, as_of)
            project_ids = await _projects(work, alert)
            items = await work.line_items(project_ids, calendar.start, calendar.today)
            estimate = await estimate_in(work, project_ids, alert.period)
            prompts = await work.prompts_of(alert.id)
        owners = [Approvers(source=ApproverSource.PROJECT_OWNERS)] if project else []
        limit = self._limit(alert, project)
        resolver = self._resolver(project.workspace if project else "")
        return AlertDossier(
            alert=alert,
            first_id=earlier[0].id,
            project=project,
            owners=tuple(await resolver.people(owners, alert.project_id, showing=True)),
            limit=limit,
            **vars(course_of(added_up(items.values(), calendar), calendar, as_of, limit)),
            marks=tuple(each.cents for each in marks_of(limit, self._terms(alert, project))),
            as_of=as_of,
            problem=read.problem if read is not None else "",
            prompts=prompts,
            estimate=estimate,
        )

    def _limit(self, alert: Alert, project: Project | None) -> int | None:
        """Return the limit of now; that of a month which is over was the alert's."""
        match alert.scope:
            case Scope.PROJECT:
                return project.limit if project is not None else alert.limit
            case Scope.COST_CENTRE:
                budget = self._alerts().cost_centres.get(alert.subject)
            case Scope.ORGANIZATION:
                budget = self._alerts().organization
        return budget.monthly if budget is not None else alert.limit

    def _terms(self, alert: Alert, project: Project | None) -> Terms:
        if project is not None:
            return self._alerts().terms_of(project)
        budget = self._alerts().cost_centres.get(alert.subject)
        if alert.scope is Scope.ORGANIZATION:
            budget = self._alerts().organization
        return budget.terms if budget is not None else Terms(thresholds=())


async def _projects(work: UnitOfWork, alert: Alert) -> Sequence[str] | None:
    match alert.scope:
        case Scope.PROJECT:
            return [alert.subject]
        case Scope.COST_CENTRE:
            return [each.id for each in await work.projects() if each.cost_centre == alert.subject]
        case Scope.ORGANIZATION:
            return None
