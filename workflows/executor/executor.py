"""Claiming what is due, and keeping the claim alive while it is carried out."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from workflows.admin_api import AdminAPI
from workflows.errors import Conflict
from workflows.executor.run import Pace, Run
from workflows.kind import Kind
from workflows.lifecycle import Event, State, advance
from workflows.service.desk import EXECUTOR, record, redraw
from workflows.store import Database

LEASE = timedelta(seconds=60)
"""How long a claim holds without a sign of life; a third of it passes between two signs."""

_BEGINNING = {State.APPROVED: Event.CLAIMED, State.UNCONFIRMED: Event.LOOKED, State.REVERT_FAILED: Event.RETRIED}
"""What a claim means; a request in another state was begun already, by a worker that died or by its own end."""

SETTLING = timedelta(seconds=30)
"""How long a cut-off call may still take effect before a look counts as the truth."""


class Executor:
    """Runs approved requests. ``now`` is the clock (UTC), ``sleep`` waits seconds.

    ``changed`` is told of each project that was worked on.
    """

    def __init__(
        self,
        *,
        api: AdminAPI,
        database: Database,
        kinds: Mapping[str, type[Kind]],
        now: Callable[[], datetime],
        settling: timedelta = SETTLING,
        lease: timedelta = LEASE,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        changed: Callable[[str], None] = lambda _project_id: None,
    ) -> None:
        self._pace = Pace(now=now, sleep=sleep, settling=settling, lease=lease)
        self._api = api
        self._database = database
        self._kinds = kinds
        self._now = now
        self._lease = lease
        self._changed = changed

    async def run_due(self) -> int:
        """Carry out every request that is due; returns how many were worked on."""
        worked = 0
        while (run := await self._claim()) is not None:
            worked += 1
            with contextlib.suppress(Conflict):  # another worker took it over after our lease ran out
                await self._kept(run)
            self._changed(run.request.project_id)
        return worked

    async def _claim(self) -> Run | None:
        now, holder = self._now(), uuid.uuid4().hex
        async with self._database.begin() as work:
            if await work.freeze() is not None:
                return None
            due = await work.claimable(now)
            # One request about a project at a time: most changes there are read, changed and written back.
            if due is None or not await work.hold_project(due.project_id, holder, now, now + self._lease):
                return None
            event = _BEGINNING.get(due.state)
            state = advance(due.state, event) if event is not None else due.state
            # Taking over from a worker that died is no new attempt: nothing has come of the one before yet.
            attempts = due.attempts + (due.state is not State.EXECUTING)
            claimed = replace(due, state=state, due_at=now, attempts=attempts, problem="")
            after = await work.save(claimed, now, holder=holder, lease=self._lease)
            if event is not None:
                await record(work, after, event.value, EXECUTOR, now, before=due.state)
            await redraw(work, after)
        return Run(
            request=after, kinds=self._kinds, holder=holder, api=self._api, database=self._database, pace=self._pace
        )

    async def _kept(self, run: Run) -> None:
        """Carry *run* out with a beating heart: when the claim is lost, the steps are stopped."""
        with structlog.contextvars.bound_contextvars(request=run.request.id):
            steps = asyncio.create_task(run.carry_out())
        heart = asyncio.create_task(self._beat(run))
        try:
            await asyncio.wait((steps, heart), return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (steps, heart):
                if not task.done():
                    task.cancel()
            await asyncio.gather(steps, heart, return_exceptions=True)
        for task in (steps, heart):
            if not task.cancelled() and (problem := task.exception()) is not None:
                raise problem

    async def _beat(self, run: Run) -> None:
        while True:
            await asyncio.sleep(self._lease.total_seconds() / 3)
            async with self._database.begin() as work:
                await work.keep(run.request, run.holder, self._now(), self._now() + self._lease)
