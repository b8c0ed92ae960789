"""One claimed request being carried out or taken back, step by step, from its first step to its last."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from pydantic import ValidationError

from workflows.admin_api import AdminAPI, request_ids
from workflows.errors import (
    AdminAPINotFound,
    AdminAPIRefused,
    AdminAPIThrottled,
    AdminAPIUnclear,
    Conflict,
    Frozen,
    Refusal,
)
from workflows.executor.outcome import Outcome
from workflows.kind import Kind, Receipt, Step, Work
from workflows.ledger import Mark, endings
from workflows.lifecycle import State
from workflows.model import Request, StepRecord, StepState
from workflows.service.desk import EXECUTOR, known_kind, record, redraw
from workflows.store import Database

READ_BACK = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds between looks after an act: what was just made can be 404 for a moment."""

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
        self._marks: list[Mark] = []
        self._doing: Step | None = None
        self._calls: list[str] = []

    async def carry_out(self) -> None:
        """Do every step that is not done, and give the claim back. Raises ``Conflict`` when it was lost."""
        outcome: Outcome
        try:
            await self._every_step()
            outcome = self._outcome()
        except AdminAPIThrottled as problem:  # before AdminAPIRefused, of which it is one
            outcome = self._outcome(cut_off=True, problem=str(problem), at_least=problem.retry_after)
        except AdminAPIUnclear as problem:
            outcome = self._outcome(cut_off=True, problem=str(problem))
        except Frozen:
            await self._halt()
            return
        except (AdminAPIRefused, Refusal) as problem:
            outcome = self._outcome(problem=await self._refused(str(problem)))
        except Conflict:
            raise
        except Exception as unforeseen:
            log.exception("request put off", request=self.request.id)
            sentence = f"Something went wrong on our side ({type(unforeseen).__name__})."
            outcome = self._outcome(cut_off=True, problem=sentence)
        async with self._database.begin() as work:
            await outcome.store(work, self.holder)

    async def _halt(self) -> None:
        """Give the claim back between two steps; whoever works after the freeze takes over here."""
        now = self._pace.now()
        async with self._database.begin() as work:
            # A lease that is over is what a worker leaves that died: the one path by which others take over.
            after = await work.save(self.request, now, holder=self.holder, lease=timedelta(0))
            await redraw(work, after)
            await work.release_project(self.request.project_id, self.holder)

    def _outcome(self, *, problem: str = "", cut_off: bool = False, at_least: float = 0.0) -> Outcome:
        done = not problem and not self._reverting
        return Outcome(
            request=self.request,
            now=self._pace.now(),
            settling=self._pace.settling,
            receipts={name: dict(each) for name, each in self._receipts.items()},
            marks=self._marks,
            terms=self._read().offers(self._receipts) if done else None,
            problem=problem,
            cut_off=cut_off,
            at_least=timedelta(seconds=at_least),
        )

    @property
    def _reverting(self) -> bool:
        return self.request.state is State.REVERTING

    async def _every_step(self) -> None:
        params = self._read()
        steps = await self._undoing(params) if self._reverting else self._steps(params)
        await self._write_down(steps)
        for step in steps:
            self._receipts[step.name] = await self._do(step)
            await self._learn(params)

    def _steps(self, params: Kind) -> Sequence[Step]:
        ends_at = self.request.ends_at
        if ends_at is not None and ends_at <= self._pace.now():
            raise Refusal("Its last day was over before it could be carried out. Ask again for a later day.")
        return params.steps()

    async def _undoing(self, params: Kind) -> Sequence[Step]:
        """Return the steps back from whatever was done, given what else stands in the project."""
        async with self._database.read() as work:
            done = [each for each in await work.steps(self.request.id) if each.state is StepState.DONE]
            effects = await work.effects(self.request.id)
            standing = await work.standing_in(self.request.project_id) if effects else {}
        self._receipts = {each.name: each.receipt for each in done}
        steps = params.undo(self._receipts, endings(effects, standing))
        # What lived in an archived project ended with it, and OpenAI refuses every call about it.
        return () if steps and await self._archived() else steps

    async def _archived(self) -> bool:
        if not self.request.project_id:
            return False
        scene = Work(api=self._api, request=self.request, receipts=self._receipts)
        project = await self._patiently(lambda work: work.api.project(work.project_id), scene)
        return project.archived

    def _read(self) -> Kind:
        """Return what was approved. Raises ``Refusal`` when this version of the program cannot read it any more."""
        try:
            return known_kind(self._kinds, self.request.kind).model_validate(self.request.params)
        except ValidationError:
            raise Refusal("This version cannot read what was approved. Ask for it again.") from None

    async def _write_down(self, steps: Sequence[Step]) -> None:
        if len({each.name for each in steps}) < len(steps):
            raise Refusal("Two steps of this have the same name, so one of them would be taken for done.")
        async with self._database.begin() as work:
            first = len(await work.steps(self.request.id)) if self._reverting else 0
            planned = [self._planned(step, first + position) for position, step in enumerate(steps)]
            await work.plan(planned)

    def _planned(self, step: Step, position: int) -> StepRecord:
        return StepRecord(
            request_id=self.request.id,
            position=position,
            name=step.name,
            says=step.says,
            state=StepState.PLANNED,
            intended_at=self._pace.now(),
        )

    async def _do(self, step: Step) -> Receipt:
        """Have one step's effect exactly once, and return its receipt."""
        written = await self._written(step)
        if written.state is not StepState.DONE:
            written = await self._effected(step, written)
        if step.marks is not None:
            self._marks += step.marks(written.before, written.receipt)
        return written.receipt

    async def _effected(self, step: Step, written: StepRecord) -> StepRecord:
        await self._keep_still_if_frozen()
        scene = Work(api=self._api, request=self.request, receipts=self._receipts)
        self._doing = step
        # What was refused before it could be noted is noted at the next try.
        if written.state is not StepState.INTENDED and not written.before:
            before = await self._patiently(step.note, scene) if step.note is not None else {}
            written = await self._journal(step, replace(written, state=StepState.INTENDED, before=before))
        with request_ids() as self._calls:
            receipt = await self._patiently(step.look, scene) or await self._acted(step, scene)
        written = await self._journal(step, replace(written, state=StepState.DONE, receipt=receipt, problem=""))
        self._doing = None
        return written

    async def _keep_still_if_frozen(self) -> None:
        async with self._database.read() as work:
            if await work.freeze() is not None:
                raise Frozen("Everything is frozen.")

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

    async def _acted(self, step: Step, scene: Work) -> Receipt:
        """Act and read back; what can be repeated is done once more when something else overwrote it at once."""
        for _ in range(2 if step.repeatable else 1):
            await self._patiently(step.act, scene)
            receipt = await self._read_back(step, scene)
            if receipt is not None:
                return receipt
        raise Refusal(f"OpenAI accepted this, but it did not last: {step.says}")

    async def _read_back(self, step: Step, scene: Work) -> Receipt | None:
        for seconds in READ_BACK:
            await self._pace.sleep(seconds)
            receipt = await self._patiently(step.look, scene)
            if receipt is not None:
                return receipt
        return None

    async def _journal(self, step: Step, written: StepRecord) -> StepRecord:
        now = self._pace.now()
        if written.state is StepState.INTENDED:
            written = replace(written, intended_at=now)
        async with self._database.begin() as work:
            await work.keep(self.request, self.holder, now, now + self._pace.lease)
            await work.journal(written)
            # What prolongs a grant changes nothing of its own, unless that grant is over by the time it is done.
            if written.state is StepState.DONE and step.marks is not None and not self.request.extends:
                await work.mark(self.request, step.marks(written.before, written.receipt), now)
            proof: dict[str, Any] = {
                "step": written.name,
                "before": dict(written.before),
                "receipt": dict(written.receipt),
                "problem": written.problem,
            }
            if written.state is not StepState.INTENDED:
                proof["openai_request_ids"] = self._calls
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
                facts |= {"request_id": self.request.id, "workspace": self.request.workspace}
            await work.learn_project(project_id, **facts, seen_at=now)

    async def _refused(self, sentence: str) -> str:
        """Write down which step was refused; returns the sentence that names it."""
        if self._doing is None:
            return sentence
        written = await self._written(self._doing)
        await self._journal(self._doing, replace(written, state=StepState.REFUSED, problem=sentence))
        return f"{self._doing.says}: {sentence}"
