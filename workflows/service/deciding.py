"""Deciding: one decision wins, checked at the click against who may decide now."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from workflows.errors import AlreadyDecided, Conflict, NotAllowed, Redelivered, Refusal, SelfApproval, UnknownRequest
from workflows.kind import unfit
from workflows.lifecycle import Event, State, advance
from workflows.model import Actor, Decision, OutboxTopic, Person, Reference, Request, Role, Verdict
from workflows.service.approvers import Panel, raise_heard
from workflows.service.desk import REPEATED, raise_lapsed, record, redraw, tell_requester
from workflows.service.judging import Judging
from workflows.store import UnitOfWork

LONGEST_NOTE = 3000


@dataclass(frozen=True, kw_only=True)
class Standing:
    """In whose place somebody decides (None: their own), among whom, and who is next, if a stage follows."""

    place: Person | None
    panel: Panel
    following: Panel | None = None


class Overtaken(Exception):
    """Somebody else decided since it was found out who is next to decide."""


class Deciding(Judging):
    async def decide(
        self, reference: Reference, person_id: str, verdict: Verdict, note: str = "", *, delivery: str = ""
    ) -> Request:
        """Approve or deny. Raises ``NotAllowed``, ``Conflict`` (somebody was faster) or ``Redelivered``."""
        found = await self._found(reference.request_id, delivery)
        person = await self.known(person_id, "decision", delivery, reference.request_id)
        request, decisions = found or (await self.look_up(reference.request_id), ())
        await self.sole_account(person, "decision", delivery, request)
        decision = Decision(
            request_id=request.id,
            stage=reference.stage,
            approver=person,
            verdict=verdict,
            note=fit(verdict, note),
            at=self.now(),
        )
        while True:
            try:
                return await self._decide(request, reference, decision, decisions, delivery)
            except Overtaken:
                request, decisions = await self.look_up(request.id), await self.decisions(request.id)
            except (NotAllowed, Conflict) as refused:
                attempt = {"verdict": verdict.value, "stage": reference.stage}
                raise await self.refuse(request, person, "decision", refused, delivery, **attempt) from None

    async def _decide(
        self, request: Request, reference: Reference, decision: Decision, seen: Sequence[Decision], delivery: str
    ) -> Request:
        """Decide about the *request* as it was read, with the decisions *seen* then. Raises ``Overtaken``."""
        self.still_open(request, reference, seen)
        standing = await self.authorise(request, decision.approver, seen)
        if decision.verdict is Verdict.APPROVE:
            await self.still_allowed(request)
        decision = replace(decision, at=self.now(), on_behalf=standing.place)
        async with self.database.begin() as work:
            await self.once(work, delivery)
            locked = await work.get(request.id, lock=True)
            decisions = await work.decisions(request.id)
            self.still_open(locked, reference, decisions)
            raise_overtaken(seen, decisions)
            return await self.decided(work, locked, decision, standing, decisions)

    async def decided(
        self,
        work: UnitOfWork,
        request: Request,
        decision: Decision,
        standing: Standing,
        decisions: Sequence[Decision],
    ) -> Request:
        """Keep a decision about the locked *request* after those *decisions*, with what follows from it.

        Raises ``AlreadyDecided``.
        """
        raise_heard(decision, [each for each in decisions if each.stage == request.stage])
        await work.decide(decision)
        return await self._apply(work, request, [*decisions, decision], standing)

    async def decisions(self, request_id: str) -> Sequence[Decision]:
        async with self.database.read() as work:
            return await work.decisions(request_id)

    async def _found(self, request_id: str, delivery: str) -> tuple[Request, Sequence[Decision]] | None:
        """Return the request and its decisions, None when there is none. Raises ``Redelivered`` ahead of any check."""
        async with self.database.read() as work:
            if delivery and await work.seen(delivery):
                raise Redelivered(REPEATED)
            try:
                return await work.get(request_id), await work.decisions(request_id)
            except UnknownRequest:
                return None

    def still_open(self, request: Request, reference: Reference, decisions: Sequence[Decision]) -> None:
        """Raise ``Conflict`` with who was first, when the request is not what the button was drawn for."""
        raise_lapsed(request, self.now())
        if request.state is State.PENDING and request.stage == reference.stage:
            if request.revision == reference.revision:
                return
            raise Conflict("What is asked for was changed meanwhile. Look at the card before you decide.")
        last = decisions[-1] if decisions else None
        if last is not None:
            done = "approved" if last.verdict is Verdict.APPROVE else "denied"
            raise AlreadyDecided(f"{last.approver.name} {done} this already; it is {request.state} now.")
        raise Conflict(f"This request is {request.state} already.")

    async def authorise(self, request: Request, person: Person, decisions: Sequence[Decision]) -> Standing:
        """Check the person against who may decide now. Raises ``NotAllowed``."""
        if person.id == request.requester.id or person.email == request.requester.email:
            raise SelfApproval("Nobody decides their own request; somebody else has to.")
        stages = request.ruling.stages
        earlier = [each for each in decisions if each.stage < request.stage]
        panel = await self.resolver.panel(request, request.stage, earlier)
        if not panel.holds(person):
            who = " or ".join(map(str, stages[request.stage].approvers))
            raise NotAllowed(f"This is for {who} to decide, and you are not one of them.")
        place = panel.place_of(person, [each for each in decisions if each.stage == request.stage])
        if request.stage + 1 >= len(stages):
            return Standing(place=place, panel=panel)
        heard = [*decisions, _as_decision(request, person, place, self.now())]
        following = await self.resolver.panel(request, request.stage + 1, heard, showing=True)
        return Standing(place=place, panel=panel, following=following)

    async def _apply(
        self, work: UnitOfWork, request: Request, decisions: Sequence[Decision], standing: Standing
    ) -> Request:
        latest, following = decisions[-1], standing.following
        stage = request.ruling.stages[request.stage]
        approvals = sum(each.stage == request.stage and each.verdict is Verdict.APPROVE for each in decisions)
        if latest.verdict is Verdict.DENY:
            event, after = Event.DENIED.value, replace(request, state=advance(request.state, Event.DENIED))
        elif approvals < stage.quorum:
            event, after = "approval_given", request
        elif following is not None:
            event, after = "stage_completed", _in_next_stage(request, following)
        else:
            event = Event.QUORUM_REACHED.value
            after = replace(request, state=advance(request.state, Event.QUORUM_REACHED), due_at=latest.at)
        if event == "approval_given":
            await _await_no_more(work, request, standing.panel, decisions)
        after = await work.save(after, latest.at)
        proof = {"before": request.state, "stage": stage.name, "note": latest.note}
        if latest.on_behalf is not None:
            proof["on_behalf"] = latest.on_behalf.email
        await record(work, after, event, Actor.of(latest.approver), latest.at, **proof)
        await redraw(work, after)
        await tell_requester(work, after, event, by=latest.approver.name, note=latest.note)
        if event == "stage_completed" and following is not None:
            await work.await_people(after.id, after.stage, following.people, following.stand_ins)
            await work.tell(OutboxTopic.POST, after.id, f"{Role.STAGE}:{after.stage}", latest.at)
        return after


def raise_overtaken(seen: Sequence[Decision], decisions: Sequence[Decision]) -> None:
    """Raise ``Overtaken`` when there are other *decisions* than were *seen*: they say who cannot decide next."""
    if list(seen) != list(decisions):
        raise Overtaken


async def _await_no_more(work: UnitOfWork, request: Request, panel: Panel, decisions: Sequence[Decision]) -> None:
    """Wait no more for those of the open stage who are heard through somebody else."""
    left = panel.unheard([each for each in decisions if each.stage == request.stage]).people
    await work.await_no_more(request.id, [each.id for each in panel.people if each not in left])


def fit(verdict: Verdict, note: str) -> str:
    """Return what is said to a verdict as it can be stored. Raises ``Refusal``."""
    note = note.strip()
    if verdict is Verdict.DENY and not note:
        raise Refusal("Say why you deny it, so that the requester knows what to change.")
    if len(note) > LONGEST_NOTE:
        raise Refusal(f"At most {LONGEST_NOTE} characters; this has {len(note)}.")
    if problem := unfit(note):
        raise Refusal(problem)
    return note


def _in_next_stage(request: Request, panel: Panel) -> Request:
    """Return the request in its next stage. Raises ``Refusal`` when too few people would be left to decide there."""
    stage = request.ruling.stages[request.stage + 1]
    if len(panel.people) < stage.quorum:
        raise Refusal(
            f"If you approve this stage, too few people are left for the next one ({stage.name}). Let somebody else "
            "approve here, or ask your platform team to mend the policy's fallback. You can still deny it."
        )
    return replace(request, stage=request.stage + 1, fallback_used=panel.fallback, escalation=0)


def _as_decision(request: Request, person: Person, place: Person | None, at: datetime) -> Decision:
    return Decision(
        request_id=request.id, stage=request.stage, approver=person, verdict=Verdict.APPROVE, at=at, on_behalf=place
    )
