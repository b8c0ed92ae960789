"""Asks PromptLayer about what was written down already: an alert's prompts, the folder of a new project.

It runs beside everything else. An alert is told without waiting for it and drawn anew when there is something to add;
a project is there whether it has a folder or not.
"""

import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import structlog

from workflows.audit.entry import Draft
from workflows.errors import PromptLayerError, PromptLayerRefused
from workflows.model import Alert, OutboxTopic
from workflows.promptlayer import SOURCE, PromptLayer
from workflows.service.desk import SCHEDULER
from workflows.store import Database

NEW_PROJECT = "new_project"
MOST = 3
"""Prompts on an alert's card."""

AT_ONCE = 20
"""Alerts, and projects, that are asked about in one go."""

LEASE = timedelta(minutes=10)
"""Longer than as many calls as one go makes may take, before another process begins it too."""

YOUNG = timedelta(days=1)
"""How old an alert may be that is still drawn anew: later nobody reads it."""

AGAIN = timedelta(minutes=10)
"""How long PromptLayer is left alone after it did not do what was asked."""

NAME = "promptlayer"
log = structlog.get_logger(__name__)


class Prompts:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, promptlayer: PromptLayer, database: Database, now: Callable[[], datetime]) -> None:
        self._promptlayer = promptlayer
        self._database = database
        self._now = now
        self._holder = uuid.uuid4().hex
        self._failed: dict[str, datetime] = {}

    async def run_due(self) -> None:
        """Ask what is due to be asked. What PromptLayer does not answer now is asked again later."""
        now = self._now()
        due = [each for each in await self._due(now) if not self._failed_lately(each, now)]
        if not due:
            return
        async with self._database.begin() as work:
            if not await work.lease(NAME, self._holder, now, now + LEASE):
                return
        try:
            for each in due:
                await self._ask(each, now)
        finally:
            async with self._database.begin() as work:
                await work.release(NAME, self._holder)

    async def _due(self, now: datetime) -> list[str]:
        async with self._database.read() as work:
            prompts = await work.alerts_without_prompts(now - YOUNG, 1)
            folders = await work.without_folder(NEW_PROJECT, now - AGAIN, 1)
        return [*(["prompts"] if prompts else []), *(["folders"] if folders else [])]

    def _failed_lately(self, what: str, now: datetime) -> bool:
        failed = self._failed.get(what)
        return failed is not None and timedelta(0) <= now - failed < AGAIN

    async def _ask(self, what: str, now: datetime) -> None:
        try:
            await (self._add_prompts(now) if what == "prompts" else self._make_folders(now))
        except PromptLayerError as problem:
            self._failed[what] = now
            log.warning("promptlayer_put_off", what=what, problem=str(problem))

    async def _add_prompts(self, now: datetime) -> None:
        async with self._database.read() as work:
            due = [await work.alert(each) for each in await work.alerts_without_prompts(now - YOUNG, AT_ONCE)]
        for alert in due:
            start, end = _span(alert, now)
            found = await self._promptlayer.costliest_prompts(alert.project_id, start, end, MOST)
            async with self._database.begin() as work:
                if await work.learn_prompts(alert.id, found, now) and found:
                    payload = {"alert": alert.id}
                    workspace = await work.workspace_of(alert.project_id)
                    role = f"{alert.id}:prompts"
                    await work.tell(OutboxTopic.ALERT, alert.thread, role, now, payload, workspace=workspace)

    async def _make_folders(self, now: datetime) -> None:
        async with self._database.read() as work:
            due = await work.without_folder(NEW_PROJECT, now - AGAIN, AT_ONCE)
        for project_id, name in due:
            try:
                folder_id = await self._folder(project_id, name)
            except PromptLayerRefused as refused:  # of this one only, perhaps: the others get their turn
                await self._write_down(project_id, "", str(refused), now)
            else:
                await self._write_down(project_id, folder_id, "", now)

    async def _folder(self, project_id: str, name: str) -> str:
        """Return the project's folder, made unless it is there: an attempt that was cut off may have made it."""
        found = await self._promptlayer.folder_of(project_id)
        return found or await self._promptlayer.make_folder(name or project_id, project_id)

    async def _write_down(self, project_id: str, folder_id: str, problem: str, now: datetime) -> None:
        action, said = ("folder_made", folder_id) if folder_id else ("folder_not_made", problem)
        data = {"source": SOURCE, "folder" if folder_id else "reason": said}
        async with self._database.begin() as work:
            if await work.learn_folder(project_id, folder_id, problem, now):
                await work.append(Draft(action=action, actor=SCHEDULER, at=now, project_id=project_id, data=data))


def _span(alert: Alert, now: datetime) -> tuple[datetime, datetime]:
    """Return what the prompts are asked for: the day that was unusual, or else the alert's month so far, in UTC."""
    if alert.spike is not None:
        start = datetime.combine(alert.spike.day, datetime.min.time(), UTC)
        return start, min(start + timedelta(days=1), max(now, start))
    start = datetime.fromisoformat(f"{alert.period}-01").replace(tzinfo=UTC)
    following = (start + timedelta(days=32)).replace(day=1)
    return start, min(following, max(now, start))
