"""What helps to decide a request besides itself: where the month of its project leads."""

from dataclasses import replace

from workflows.budgets.course import added_up, calendar_in, course_of
from workflows.budgets.months import period_of, utc_day
from workflows.lifecycle import State
from workflows.model import Dossier, Forecast, Request
from workflows.service import Service
from workflows.store import Database


class Facts:
    def __init__(self, *, service: Service, database: Database) -> None:
        self._service = service
        self._database = database

    async def dossier(self, request_id: str) -> Dossier:
        """Return everything a card shows, with the forecast while it is decided. Raises ``UnknownRequest``."""
        dossier = await self._service.dossier(request_id)
        return replace(dossier, forecast=await self._forecast(dossier.request))

    async def _forecast(self, request: Request) -> Forecast | None:
        if request.state is not State.PENDING or not request.project_id:
            return None
        async with self._database.read() as work:
            read = await work.cost_read()
            if read is None:
                return None
            calendar = calendar_in(period_of(utc_day(read.read_at)), read.read_at)
            items = await work.line_items([request.project_id], calendar.start, calendar.today)
            project = await work.project(request.project_id)
        limit = project.limit if project is not None else None
        return course_of(added_up(items.values(), calendar), calendar, read.read_at, limit).forecast
