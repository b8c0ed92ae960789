"""One claimed request being carried out, from its first step to what became of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

from workflows.admin_api import AdminAPI
from workflows.errors import AdminAPINotFound, AdminAPIRefused, AdminAPIThrottled, AdminAPIUnclear, Refusal
from workflows.kind import Kind, Receipt, Step, Work
from workflows.lifecycle import Event, advance
from workflows.model import Request, StepRecord, StepState
from workflows.service.desk import EXECUTOR, record, redraw, tell_requester, tell_thread
from workflows.store import Database

READ_BACK = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between looks after an act: what was just made can be 404 for a moment."""

LONGEST_WAIT = timedelta(minutes=10)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Pace:
    """The clock (UTC), a way to wait seconds, and how long things may take."""

    now: Callable[[], datetime]
    sleep: Callable[[float], Awaitable[None]]
    settling: timedelta
    lease: timedelta


class Run:
    """``request`` is the claimed request as it is stored now, ``holder`` the claim's owner."""

    def __init__(
        self, *, request: Request, params: Kind, holder: str, api: AdminAPI, database: Database, pace: Pace
    ) -> None:
        self.request = request
        self.holder = holder
        self._params = params
        self._api = api.with_patience(120.0, urgent=True)
        self._database = database
        self._pace = pace
        self._receipts: dict[str, Receipt] = {}

    async def carry_out(self) -> None:
        """Do every step that is not done. Raises ``Conflict`` when the claim was lost."""
        steps = self._params.steps()
        await self._write_down(steps)
        for position, step in enumerate(steps):
            try:
                self._receipts[step.name] = await self._do(position, step)
            except (AdminAPIThrottled, AdminAPIUnclear) as problem:
                return await self._put_off(problem)
            except (AdminAPIRefused, Refusal) as problem:
                return await self._fail(position, step, problem)
            await self._learn()
        return await self._finish()

    async def _write_down(self, steps: Sequence[Step]) -> None:
        planned = [
            StepRecord(
                request_id=self.request.id,
                position=position,
                name=step.name,
                says=step.says,
                state=StepState.PLANNED,
                intended_at=self._pace.now(),
            )
            for position, step in enumerate(steps)
        ]
        async with self._database.begin() as work:
            await work.plan(planned)

    async def _do(self, position: int, step: Step) -> Receipt:
        """Have one step's effect exactly once, and return its receipt."""
        async with self._database.read() as work:
            written = (await work.steps(self.request.id))[position]
            taken = await work.adopted()
        if written.state is StepState.DONE:
            return written.receipt
        scene = Work(api=self._api, request=self.request, receipts=self._receipts, before=written.before, taken=taken)
        if written.state is StepState.PLANNED:
            before = await step.note(scene) if step.note is not None else {}
            scene = replace(scene, before=before)
            written = await self._journal(replace(written, state=StepState.INTENDED, before=before))
        receipt = await self._patiently(step.look, scene)
        if receipt is None:
            await self._patiently(step.act, scene)
            receipt = await self._read_back(step, scene)
        await self._journal(replace(written, state=StepState.DONE, receipt=receipt, problem=""))
        return receipt

    async def _patiently(self, call: Callable[[Work], Awaitable[T]], scene: Work) -> T:
        """Call, again while OpenAI answers 404: nothing happened then, and what was just made is *not yet* there."""
        for seconds in READ_BACK:
            try:
                return await call(scene)
            except AdminAPINotFound:
                await self._pace.sleep(seconds)
        return await call(scene)

    async def _read_back(self, step: Step, scene: Work) -> Receipt:
        for seconds in READ_BACK:
            await self._pace.sleep(seconds)
            receipt = await self._patiently(step.look, scene)
            if receipt is not None:
                return receipt
        raise Refusal(f"OpenAI accepted this, but it did not last: {step.says}")

    async def _journal(self, written: StepRecord) -> StepRecord:
        now = self._pace.now()
        if written.state is StepState.INTENDED:
            written = replace(written, intended_at=now)
        async with self._database.begin() as work:
            await work.extend_lease(self.request.id, self.holder, now + self._pace.lease)
            await work.journal(written)
            proof: dict[str, Any] = {"step": written.name, "receipt": dict(written.receipt)}
            await record(work, self.request, f"step_{written.state.value}", EXECUTOR, now, **proof)
        return written

    async def _learn(self) -> None:
        """Bind the request to the project it made, and let the registry know what is true now."""
        made = next((str(each["project_id"]) for each in self._receipts.values() if "project_id" in each), "")
        project_id = self.request.project_id or made
        facts = dict(self._params.registered(self._receipts))
        if not project_id or not facts:
            return
        now = self._pace.now()
        async with self._database.begin() as work:
            if project_id != self.request.project_id:
                name = facts.get("name", self.request.project_name)
                bound = replace(self.request, project_id=project_id, project_name=name)
                self.request = await work.save(bound, now, holder=self.holder, lease=self._pace.lease)
                facts["request_id"] = self.request.id
            await work.learn_project(project_id, **facts, seen_at=now)

    async def _finish(self) -> None:
        receipt = {name: dict(each) for name, each in self._receipts.items()}
        changes = [[each.label, each.now, each.proposed] for each in self.request.changes]
        proof = {"receipt": receipt, "changes": changes}
        await self._end(Event.SUCCEEDED, proof, receipt=receipt, due_at=None)

    async def _put_off(self, problem: AdminAPIThrottled | AdminAPIUnclear) -> None:
        """Nobody knows whether the call worked (or OpenAI wants a pause): look again later, telling people once."""
        wait = min(self._pace.settling * 2 ** min(self.request.attempts - 1, 10), LONGEST_WAIT)
        if isinstance(problem, AdminAPIThrottled):
            wait = max(wait, timedelta(seconds=problem.retry_after))
        first = self.request.attempts == 1
        due_at = self._pace.now() + wait
        await self._end(Event.CUT_OFF, {"reason": str(problem)}, tell=first, problem=str(problem), due_at=due_at)

    async def _fail(self, position: int, step: Step, problem: AdminAPIRefused | Refusal) -> None:
        async with self._database.read() as work:
            written = (await work.steps(self.request.id))[position]
        await self._journal(replace(written, state=StepState.REFUSED, problem=str(problem)))
        sentence = f"{step.says}: {problem}"
        await self._end(Event.REFUSED, {"reason": sentence}, problem=sentence, due_at=None)

    async def _end(self, event: Event, proof: Mapping[str, Any], *, tell: bool = True, **changes: Any) -> None:
        """Give the claim back with what became of it, the proof of it and the messages about it."""
        now = self._pace.now()
        async with self._database.begin() as work:
            ended = replace(self.request, state=advance(self.request.state, event), **changes)
            after = await work.save(ended, now)
            await record(work, after, event.value, EXECUTOR, now, before=self.request.state, **proof)
            await redraw(work, after)
            if tell:
                await tell_requester(work, after, event.value, note=after.problem)
                await tell_thread(work, after, event.value, note=after.problem)
