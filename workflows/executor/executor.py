"""Claiming what is due, and keeping the claim alive while it is carried out."""

import asyncio
import contextlib
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from workflows.admin_api import AdminAPI
from workflows.errors import Conflict
from workflows.executor.run import Pace, Run
from workflows.kind import Kind
from workflows.lifecycle import Event, State, advance
from workflows.model import Request
from workflows.service.desk import EXECUTOR, record, redraw
from workflows.store import Database

LEASE = timedelta(seconds=60)
"""How long a claim holds without a sign of life; a third of it passes between two signs."""

SETTLING = timedelta(seconds=30)
"""How long a cut-off call may still take effect before a look counts as the truth."""


class Executor:
    """Runs approved requests. ``now`` is the clock (UTC), ``sleep`` waits seconds."""

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
    ) -> None:
        self._pace = Pace(now=now, sleep=sleep, settling=settling, lease=lease)
        self._api = api
        self._database = database
        self._kinds = kinds
        self._now = now
        self._lease = lease

    async def run_due(self) -> int:
        """Carry out every request that is due; returns how many were worked on."""
        worked = 0
        while (run := await self._claim()) is not None:
            worked += 1
            with contextlib.suppress(Conflict):  # another worker took it over after our lease ran out
                await self._kept(run)
        return worked

    async def _claim(self) -> Run | None:
        now, holder = self._now(), uuid.uuid4().hex
        async with self._database.begin() as work:
            due = await work.claimable(now)
            if due is None:
                return None
            # Taking over from a worker that died is no new attempt: nothing has come of the one before yet.
            attempts = due.attempts + (due.state is not State.EXECUTING)
            claimed = replace(due, state=_claimed(due), due_at=now, attempts=attempts, problem="")
            after = await work.save(claimed, now, holder=holder, lease=self._lease)
            if due.state is not State.EXECUTING:
                event = Event.CLAIMED if due.state is State.APPROVED else Event.LOOKED
                await record(work, after, event.value, EXECUTOR, now, before=due.state)
            await redraw(work, after)
        return Run(
            request=after, kinds=self._kinds, holder=holder, api=self._api, database=self._database, pace=self._pace
        )

    async def _kept(self, run: Run) -> None:
        """Carry *run* out with a beating heart: when the claim is lost, the steps are stopped."""
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
                await work.extend_lease(run.request.id, run.holder, self._now() + self._lease)


def _claimed(due: Request) -> State:
    """Return the state after a claim; an executing request is one whose worker died, and stays executing."""
    if due.state is State.EXECUTING:
        return due.state
    return advance(due.state, Event.CLAIMED if due.state is State.APPROVED else Event.LOOKED)
