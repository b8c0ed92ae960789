"""Carrying out what was approved: claim, look, act, read back, settle; step by step, journalled.

No create call of the Administration API is idempotent. So each step is written down before it first acts, looks
before each act, and is read back after it. A process killed anywhere leaves a journal from which the next one goes
on; a call that was cut off leaves the request *unconfirmed* until a look says what became of it.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from workflows.admin_api import AdminAPI
from workflows.errors import AdminAPINotFound, AdminAPIRefused, AdminAPIThrottled, AdminAPIUnclear, Conflict, Refusal
from workflows.kind import Kind, Receipt, Step, Work
from workflows.lifecycle import Event, State, advance
from workflows.model import Request, StepRecord, StepState
from workflows.service.desk import EXECUTOR, known_kind, record, redraw, tell_requester, tell_thread
from workflows.store import Database

LEASE = timedelta(minutes=5)
SETTLING = timedelta(seconds=30)
"""How long a cut-off call may still take effect before a look counts as the truth."""

READ_BACK = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between looks after an act: what was just made can be 404 for a moment."""

LONGEST_WAIT = timedelta(minutes=10)

T = TypeVar("T")


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
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._api = api
        self._database = database
        self._kinds = kinds
        self._now = now
        self._settling = settling
        self._sleep = sleep

    async def run_due(self) -> int:
        """Carry out every request that is due; returns how many were worked on."""
        worked = 0
        while (request := await self._claim()) is not None:
            worked += 1
            try:
                await self._carry_out(request)
            except Conflict:
                continue  # another worker took it over after our lease ran out
        return worked

    async def _claim(self) -> Request | None:
        now = self._now()
        async with self._database.begin() as work:
            request = await work.claimable(now)
            if request is None:
                return None
            if request.state is State.EXECUTING:  # its worker died; the journal says how far it came
                return await work.save(replace(request, attempts=request.attempts + 1), now, lease=LEASE)
            event = Event.CLAIMED if request.state is State.APPROVED else Event.LOOKED
            state = advance(request.state, event)
            after = await work.save(
                replace(request, state=state, due_at=now, attempts=request.attempts + 1, problem=""), now, lease=LEASE
            )
            await record(work, after, event.value, EXECUTOR, now, before=request.state)
            await redraw(work, after)
            return after

    async def _carry_out(self, request: Request) -> None:
        params = known_kind(self._kinds, request.kind).model_validate(request.params)
        steps = params.steps()
        await self._write_down(request, steps)
        receipts: dict[str, Receipt] = {}
        for position, step in enumerate(steps):
            try:
                receipts[step.name] = await self._do(request, position, step, receipts)
            except (AdminAPIThrottled, AdminAPIUnclear) as problem:
                return await self._put_off(request, problem)
            except (AdminAPIRefused, Refusal) as problem:
                return await self._fail(request, position, step, problem)
            request = await self._learn(request, params, receipts)
        return await self._finish(request, receipts)

    async def _write_down(self, request: Request, steps: Sequence[Step]) -> None:
        async with self._database.begin() as work:
            await work.plan(
                [
                    StepRecord(
                        request_id=request.id,
                        position=position,
                        name=step.name,
                        says=step.says,
                        state=StepState.PLANNED,
                        intended_at=self._now(),
                    )
                    for position, step in enumerate(steps)
                ]
            )

    async def _do(self, request: Request, position: int, step: Step, receipts: Mapping[str, Receipt]) -> Receipt:
        """Have one step's effect exactly once, and return its receipt."""
        async with self._database.read() as work:
            written = (await work.steps(request.id))[position]
            taken = await work.adopted()
        if written.state is StepState.DONE:
            return written.receipt
        before = written.before if written.state is not StepState.PLANNED else {}
        scene = Work(api=self._api, request=request, receipts=receipts, before=before, taken=taken)
        if written.state is StepState.PLANNED:
            if step.note is not None:
                scene = replace(scene, before=await step.note(scene))
            written = await self._journal(request, replace(written, state=StepState.INTENDED, before=scene.before))
        receipt = await self._patiently(step.look, scene)
        if receipt is None:
            await self._patiently(step.act, scene)
            receipt = await self._read_back(step, scene)
        await self._journal(request, replace(written, state=StepState.DONE, receipt=receipt, problem=""))
        return receipt

    async def _patiently(self, call: Callable[[Work], Awaitable[T]], scene: Work) -> T:
        """Call, again while OpenAI answers 404: nothing happened then, and what was just made is *not yet* there."""
        for seconds in READ_BACK:
            try:
                return await call(scene)
            except AdminAPINotFound:
                await self._sleep(seconds)
        return await call(scene)

    async def _read_back(self, step: Step, scene: Work) -> Receipt:
        for seconds in READ_BACK:
            await self._sleep(seconds)
            receipt = await self._patiently(step.look, scene)
            if receipt is not None:
                return receipt
        raise Refusal(f"OpenAI accepted this, but it did not last: {step.says}")

    async def _journal(self, request: Request, written: StepRecord) -> StepRecord:
        now = self._now()
        if written.state is StepState.INTENDED:
            written = replace(written, intended_at=now)
        async with self._database.begin() as work:
            await work.extend_lease(request, now + LEASE)
            await work.journal(written)
            data = {"step": written.name, "receipt": dict(written.receipt)}
            await record(work, request, f"step_{written.state.value}", EXECUTOR, now, **data)
        return written

    async def _learn(self, request: Request, params: Kind, receipts: Mapping[str, Receipt]) -> Request:
        """Bind the request to the project it made, and let the registry know what is true now."""
        project_id = next((str(each["project_id"]) for each in receipts.values() if "project_id" in each), "")
        project_id = request.project_id or project_id
        facts = dict(params.registered(receipts))
        if not project_id or not facts:
            return request
        if project_id != request.project_id:
            facts["request_id"] = request.id
        now = self._now()
        async with self._database.begin() as work:
            if project_id != request.project_id:
                bound = replace(request, project_id=project_id, project_name=facts.get("name", request.project_name))
                request = await work.save(bound, now, lease=LEASE)
            await work.learn_project(project_id, **facts, seen_at=now)
        return request

    async def _finish(self, request: Request, receipts: Mapping[str, Receipt]) -> None:
        now = self._now()
        async with self._database.begin() as work:
            receipt = {name: dict(each) for name, each in receipts.items()}
            done = replace(request, state=advance(request.state, Event.SUCCEEDED), receipt=receipt, due_at=None)
            after = await work.save(done, now)
            changes = [[each.label, each.now, each.proposed] for each in request.changes]
            await record(
                work,
                after,
                Event.SUCCEEDED.value,
                EXECUTOR,
                now,
                before=request.state,
                receipt=receipt,
                changes=changes,
            )
            await redraw(work, after)
            await tell_requester(work, after, Event.SUCCEEDED.value)
            await tell_thread(work, after, Event.SUCCEEDED.value)

    async def _put_off(self, request: Request, problem: AdminAPIThrottled | AdminAPIUnclear) -> None:
        """Nobody knows whether the call worked (or OpenAI wants a pause): look again later, telling people once."""
        now = self._now()
        wait = min(self._settling * 2 ** min(request.attempts - 1, 10), LONGEST_WAIT)
        if isinstance(problem, AdminAPIThrottled):
            wait = max(wait, timedelta(seconds=problem.retry_after))
        async with self._database.begin() as work:
            state = advance(request.state, Event.CUT_OFF)
            after = await work.save(replace(request, state=state, problem=str(problem), due_at=now + wait), now)
            await record(work, after, Event.CUT_OFF.value, EXECUTOR, now, before=request.state, reason=str(problem))
            await redraw(work, after)
            if request.attempts == 1:
                await tell_requester(work, after, Event.CUT_OFF.value, note=str(problem))
                await tell_thread(work, after, Event.CUT_OFF.value, note=str(problem))

    async def _fail(self, request: Request, position: int, step: Step, problem: AdminAPIRefused | Refusal) -> None:
        now = self._now()
        sentence = f"{step.says}: {problem}"
        async with self._database.begin() as work:
            written = (await work.steps(request.id))[position]
            await work.journal(replace(written, state=StepState.REFUSED, problem=str(problem)))
            after = await work.save(
                replace(request, state=advance(request.state, Event.REFUSED), problem=sentence, due_at=None), now
            )
            await record(work, after, Event.REFUSED.value, EXECUTOR, now, before=request.state, reason=sentence)
            await redraw(work, after)
            await tell_requester(work, after, Event.REFUSED.value, note=sentence)
            await tell_thread(work, after, Event.REFUSED.value, note=sentence)
