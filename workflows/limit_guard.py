"""Puts a spend limit back that a spend alert overwrote.

Reported of OpenAI in September 2026: creating a spend alert on a project replaces the project's hard limit by the
alert's amount and switches its enforcement off (github.com/jianyuan/terraform-provider-openai/issues/256). So for a day
after a limit was set here it is looked at again. One that equals an alert's amount was overwritten: it is restored and
reported. Any other value was chosen by somebody, and that is not for a machine to undo.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from workflows.admin_api import AdminAPI, request_ids
from workflows.errors import AdminAPIError
from workflows.model import Effect
from workflows.money import dollars
from workflows.service.desk import SCHEDULER, alarm, record, redraw, tell_thread
from workflows.steps import SPEND
from workflows.store import Database

WATCHED = timedelta(days=1)
PAUSE = timedelta(minutes=10)
LEASE = timedelta(minutes=2)
PROJECTS_AT_ONCE = 3
"""Limits looked at in one go: OpenAI allows about seven such calls a minute, and people come first."""

log = structlog.get_logger(__name__)


class LimitGuard:
    """``now`` is the clock (UTC)."""

    def __init__(self, *, api: AdminAPI, database: Database, now: Callable[[], datetime]) -> None:
        self._api = api
        self._database = database
        self._now = now
        self._holder = uuid.uuid4().hex
        self._looked: dict[str, datetime] = {}

    async def run_due(self) -> None:
        """Look at the limits that are due. What OpenAI does not answer now is looked at the next time."""
        now = self._now()
        async with self._database.read() as work:
            if await work.freeze() is not None:
                return
            recent = await work.set_since(SPEND, now - WATCHED)
        self._looked = {each: at for each, at in self._looked.items() if now - at < PAUSE}
        for effect in [each for each in recent if each.project_id not in self._looked][:PROJECTS_AT_ONCE]:
            self._looked[effect.project_id] = now
            try:
                await self._look(effect)
            except AdminAPIError as problem:
                log.info("limit_not_looked_at", project=effect.project_id, problem=str(problem))

    async def _look(self, effect: Effect) -> None:
        limit = await self._api.spend_limit(effect.project_id)
        if limit is None or limit.cents == effect.value:
            return
        alerts = await self._api.spend_alerts(effect.project_id)
        if limit.cents in {each.cents for each in alerts}:
            await self._restore(effect, limit.cents)

    async def _restore(self, effect: Effect, found: int) -> None:
        now = self._now()
        async with self._database.begin() as work:
            if not await work.hold_project(effect.project_id, self._holder, now, now + LEASE):
                return  # somebody works on this project, perhaps on its very limit
        try:
            with request_ids() as ids:
                await self._api.set_spend_limit(effect.project_id, effect.value)
            restored = await self._api.spend_limit(effect.project_id)
            if restored is not None and restored.cents == effect.value:
                await self._report(effect, found, ids)
        finally:
            async with self._database.begin() as work:
                await work.release_project(effect.project_id, self._holder)

    async def _report(self, effect: Effect, found: int, ids: Sequence[str]) -> None:
        now = self._now()
        note = (
            f"A spend alert had replaced this project's limit of {dollars(effect.value)} by its own amount, "
            f"{dollars(found)}. The limit is {dollars(effect.value)} again."
        )
        async with self._database.begin() as work:
            request = await work.get(effect.request_id, lock=True)
            after = await work.save(request, now)
            proof = {"before": found, "limit": effect.value, "openai_request_ids": list(ids)}
            await record(work, after, "limit_restored", SCHEDULER, now, **proof)
            await redraw(work, after)
            await tell_thread(work, after, "limit_restored", note=note)
            await alarm(work, after, "limit_restored", note=note)
