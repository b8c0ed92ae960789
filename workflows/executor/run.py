"""One claimed request being carried out, from its first step to what became of it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from pydantic import ValidationError

from workflows.admin_api import AdminAPI
from workflows.errors import AdminAPINotFound, AdminAPIRefused, AdminAPIThrottled, AdminAPIUnclear, Conflict, Refusal
from workflows.kind import Kind, Receipt, Step, Work
from workflows.lifecycle import Event, advance
from workflows.model import Request, StepRecord, StepState
from workflows.service.desk import EXECUTOR, known_kind, record, redraw, tell_requester, tell_thread
from workflows.store import Database

READ_BACK = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between looks after an act: what was just made can be 404 for a moment."""

LONGEST_WAIT = timedelta(minutes=10)

T = TypeVar("T")
log = structlog.get_logger(__name__)


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
        self,
        *,
        request: Request,
        kinds: Mapping[str, type[Kind]],
        holder: str,
        api: AdminAPI,
        database: Database,
        pace: Pace,
    ) -> None:
        self.request = request
        self.holder = holder
        self._kinds = kinds
        self._api = api.with_patience(120.0, urgent=True)
        self._database = database
        self._pace = pace
        self._receipts: dict[str, Receipt] = {}
        self._doing: Step | None = None

    async def carry_out(self) -> None:
        """Do every step that is not done. Raises ``Conflict`` when the claim was lost."""
        try:
            await self._every_step()
        except AdminAPIThrottled as problem:  # before AdminAPIRefused, of which it is one
            await self._put_off(str(problem), problem.retry_after)
        except AdminAPIUnclear as problem:
            await self._put_off(str(problem))
        except (AdminAPIRefused, Refusal) as problem:
            await self._fail(str(problem))
        except Conflict:
            raise
        except Exception as unforeseen:
            log.exception("request put off", request=self.request.id)
            await self._put_off(f"Something went wrong on our side ({type(unforeseen).__name__}).")
        else:
            await self._finish()

    async def _every_step(self) -> None:
        params = self._read()
        steps = params.steps()
        await self._write_down(steps)
        for step in steps:
            self._receipts[step.name] = await self._do(step)
            await self._learn(params)

    def _read(self) -> Kind:
        """Return what was approved. Raises ``Refusal`` when this version of the program cannot read it any more."""
        try:
            return known_kind(self._kinds, self.request.kind).model_validate(self.request.params)
        except ValidationError:
            raise Refusal("This version cannot read what was approved. Ask for it again.") from None

    async def _write_down(self, steps: Sequence[Step]) -> None:
        if len({each.name for each in steps}) < len(steps):
            raise Refusal("Two steps of this have the same name, so one of them would be taken for done.")
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

    async def _do(self, step: Step) -> Receipt:
        """Have one step's effect exactly once, and return its receipt."""
        written = await self._written(step)
        if written.state is StepState.DONE:
            return written.receipt
        scene = Work(api=self._api, request=self.request, receipts=self._receipts)
        self._doing = step
        if written.state is StepState.PLANNED:
            before = await self._patiently(step.note, scene) if step.note is not None else {}
            written = await self._journal(replace(written, state=StepState.INTENDED, before=before))
        receipt = await self._patiently(step.look, scene)
        if receipt is None:
            await self._patiently(step.act, scene)
            receipt = await self._read_back(step, scene)
        await self._journal(replace(written, state=StepState.DONE, receipt=receipt, problem=""))
        self._doing = None
        return receipt

    async def _written(self, step: Step) -> StepRecord:
        async with self._database.read() as work:
            return next(each for each in await work.steps(self.request.id) if each.name == step.name)

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
            proof: dict[str, Any] = {
                "step": written.name,
                "before": dict(written.before),
                "receipt": dict(written.receipt),
                "problem": written.problem,
            }
            await record(work, self.request, f"step_{written.state.value}", EXECUTOR, now, **proof)
        return written

    async def _learn(self, params: Kind) -> None:
        """Bind the request to the project it made, and let the registry know what is true now."""
        made = next((str(each["project_id"]) for each in self._receipts.values() if "project_id" in each), "")
        project_id = self.request.project_id or made
        facts = dict(params.registered(self._receipts))
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

    async def _put_off(self, reason: str, at_least: float = 0.0) -> None:
        """Look again later, in *at_least* seconds: nobody knows whether the call worked. People are told once."""
        wait = min(self._pace.settling * 2 ** min(self.request.attempts - 1, 10), LONGEST_WAIT)
        due_at = self._pace.now() + max(wait, timedelta(seconds=at_least))
        first = self.request.attempts == 1
        await self._end(Event.CUT_OFF, {"reason": reason}, tell=first, problem=reason, due_at=due_at)

    async def _fail(self, sentence: str) -> None:
        if self._doing is not None:
            written = await self._written(self._doing)
            await self._journal(replace(written, state=StepState.REFUSED, problem=sentence))
            sentence = f"{self._doing.says}: {sentence}"
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
