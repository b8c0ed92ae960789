"""Asking: what a form shows while it is filled in, and the request that its submission makes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from workflows.errors import Conflict, InvalidFields, NotAllowed, Refusal
from workflows.kind import Kind, Outlook
from workflows.lifecycle import Event, State, advance
from workflows.model import Approvers, ApproverSource, EmergencyTerms, OutboxTopic, Person, Request, Role, Ruling
from workflows.service.approvers import Panel
from workflows.service.asked import Asked, amount_of, by_people, hold_unique, write_down
from workflows.service.desk import (
    POLICY,
    Preview,
    alarm,
    known_kind,
    new_id,
    record,
    redraw,
    tell_person,
    tell_requester,
    tell_thread,
)
from workflows.service.judging import Judging, with_fault
from workflows.service.restraining import HeldNow, held, note
from workflows.store import UnitOfWork


class Opening(Judging):
    async def preview(self, kind_name: str, values: Mapping[str, Any], person_id: str) -> Preview:
        """Say what the request would change and who would decide, as far as the form is filled in."""
        requester = await self.directory.person(person_id)
        kind = known_kind(self.kinds, kind_name)
        try:
            outlook = await kind.outlook(kind.known(values), self.context(requester))
        except InvalidFields as problem:
            return Preview(outlook=Outlook(title=kind.label), deciders=" ".join(problem.errors.values()), as_of=None)
        as_of = outlook.project.spent_at if outlook.project else None
        return Preview(outlook=outlook, deciders=await self._deciders(kind, outlook, requester), as_of=as_of)

    async def open(
        self, kind_name: str, values: Mapping[str, Any], person_id: str, *, origin: str, extends: str = ""
    ) -> Request:
        """Make a request from a submitted form; the same *origin* again returns the same request.

        *extends* is the id of the grant that it prolongs. Raises ``InvalidFields`` for values that cannot be taken and
        ``Refusal`` for what the policy denies.
        """
        requester = await self.known(person_id, "submission", "")
        if made := await self._made(origin):
            return made  # before any check that this very request would not pass again
        await self.sole_account(requester, "submission")
        kind = known_kind(self.kinds, kind_name)
        asked = await self.asked_for(kind, values, requester, extends)
        request = replace(self.drawn_up(asked, requester, origin), extends=extends)
        if reason := await self.held_back(request, asked.cents):
            request = by_people(request, reason)
        try:
            return await self._stored(request, asked)
        except HeldNow as late:
            return await self._stored(by_people(request, str(late)), asked)

    async def asked_for(
        self, kind: type[Kind], values: Mapping[str, Any], requester: Person, extends: str = "", own: str = ""
    ) -> Asked:
        """Check what a form holds, and ask the policy. Raises ``InvalidFields``.

        *own* is the id of the request that asks for something else from now on: it is not in its own way.
        """
        context = self.context(requester, extends=extends, own=own)
        given = kind.parse(values)
        self.organization.forget(str(getattr(given, "project", "")))
        params = await given.complete(context)
        outlook = await kind.outlook(dict(params), context)
        judgement = await self.judged(kind, outlook, requester)
        self._check_end(params, judgement.ruling)
        emergency = await self._emergency(judgement.ruling, kind, outlook, requester) if not extends else None
        ruling = replace(judgement.ruling, emergency=emergency)
        return Asked(params=params, outlook=outlook, ruling=ruling, fault=judgement.fault)

    async def _emergency(
        self, ruling: Ruling, kind: type[Kind], outlook: Outlook, requester: Person
    ) -> EmergencyTerms | None:
        """Return on which terms its requester may have this before it is decided, None when they may not."""
        emergency = self.policy.emergency
        if kind.kind not in emergency.kinds or ruling.denied or ruling.auto:
            return None
        project = outlook.project.id if outlook.project else ""
        people = await self.resolver.people(emergency.terms.people, project, showing=True)
        return emergency.terms if any(each.id == requester.id for each in people) else None

    async def _stored(self, request: Request, asked: Asked) -> Request:
        panel = await self.first_panel(request)
        return await self._store(request, panel, await self.concerned(request, asked.outlook), asked)

    async def held_back(self, request: Request, cents: int) -> str:
        """Return why people decide what the rule would approve by itself, empty when they need not."""
        if not request.ruling.auto:
            return ""
        async with self.database.read() as work:
            return await held(work, request, cents, self.now())

    def _check_end(self, params: Kind, ruling: Ruling) -> None:
        """Raise ``InvalidFields`` for what is asked for good, or for longer, than the rule gives anything."""
        longest = ruling.longest_grant_days
        if longest is None or "until" not in type(params).model_fields:
            return
        latest = self.now().date() + timedelta(days=longest)
        if params.ends_at is None or params.ends_at.date() > latest + timedelta(days=1):
            rule = f"The rule {ruling.rule} gives this for at most {longest} days"
            raise InvalidFields({"until": f"{rule}. Choose {latest.isoformat()} or an earlier day."})

    async def first_panel(self, request: Request) -> Panel:
        """Return who may decide first. Raises ``Refusal``, written down, when the policy denies or nobody could."""
        try:
            return await self._first_panel(request)
        except Refusal as refused:
            asked: dict[str, Any] = {
                "params": request.params,
                "rule": request.ruling.rule,
                "policy": request.ruling.policy_digest,
            }
            raise await self.refuse(request, request.requester, "submission", refused, **asked) from None

    async def _first_panel(self, request: Request) -> Panel:
        """Return who may decide first. Raises ``Refusal`` when the policy denies, or leaves a stage without people."""
        ruling = request.ruling
        if ruling.denied:
            raise NotAllowed(ruling.denied)
        if ruling.auto:
            return Panel(people=())
        panel = await self.resolver.panel(request, 0, showing=True)
        if len(panel.people) < ruling.stages[0].quorum or not await self.resolver.staffed(request):
            raise Refusal(
                "Nobody could decide this: the approvers that the policy names, and its fallback, are you, "
                "unknown here, deactivated or too few. Ask your platform team to mend the policy's fallback."
            )
        return panel

    async def _made(self, origin: str) -> Request | None:
        async with self.database.read() as work:
            return await work.by_origin(origin)

    async def concerned(self, request: Request, outlook: Outlook) -> list[Person]:
        """Return who hears of it besides those who decide: when nobody is asked, the project's owners do."""
        sources = [Approvers(source=ApproverSource.EMAIL, value=each) for each in outlook.concerned]
        if request.ruling.auto:
            sources.append(Approvers(source=ApproverSource.PROJECT_OWNERS))
        people = await self.resolver.people(sources, request.project_id, showing=True)
        return [each for each in people if each.id != request.requester.id]

    async def _store(self, request: Request, panel: Panel, concerned: Sequence[Person], asked: Asked) -> Request:
        """Store the request with all that follows from it. Raises ``HeldNow`` when a rule may not approve it now."""
        stored = replace(request, fallback_used=panel.fallback)
        async with self.database.begin() as work:
            await self.hold_rule(work, request, asked.cents)
            if not await work.add(stored):
                if first := await work.by_origin(request.origin):
                    return first
                raise Conflict("Two requests drew the same reference. Please submit this once more.")
            await hold_unique(work, request, asked.params)
            await work.await_people(request.id, 0, panel.people, panel.stand_ins)
            await work.tell(OutboxTopic.POST, request.id, Role.CARD, request.created_at)
            if not request.ruling.auto:
                await work.tell(OutboxTopic.POST, request.id, f"{Role.STAGE}:0", request.created_at)
            await tell_requester(work, stored, "opened")
            await write_down(work, stored, "opened", panel, fault=asked.fault, extends=request.extends)
            for person in concerned:
                await tell_person(work, stored, person.id, "concerned", by=request.requester.name)
            return await self.approved_by_rule(work, stored, asked.cents)

    async def hold_rule(self, work: UnitOfWork, request: Request, cents: int) -> None:
        """Let no other process approve by a rule meanwhile. Raises ``HeldNow`` when it may not do so now."""
        if request.ruling.auto:
            await work.hold_log()
            if reason := await held(work, request, cents, self.now()):
                raise HeldNow(reason)

    async def approved_by_rule(self, work: UnitOfWork, request: Request, cents: int) -> Request:
        """Approve what the rule approves by itself, in the transaction that stores it; the rest stays as it is."""
        if not request.ruling.auto:
            return request
        now = self.now()
        await note(work, request, cents, self.policy.breaker, now)
        after = await work.save(replace(request, state=advance(request.state, Event.QUORUM_REACHED), due_at=now), now)
        await record(
            work, after, Event.QUORUM_REACHED.value, POLICY, now, before=request.state, rule=request.ruling.rule
        )
        await redraw(work, after)
        await tell_thread(work, after, "approved_by_rule")
        await alarm(work, after, "approved_by_rule", by=request.requester.name, to="security")
        return after

    def drawn_up(self, asked: Asked, requester: Person, origin: str) -> Request:
        """Return the request that a checked form makes."""
        return with_fault(self._drawn_up(asked.params, asked.outlook, asked.ruling, requester, origin), asked.fault)

    def _drawn_up(self, params: Kind, outlook: Outlook, ruling: Ruling, requester: Person, origin: str) -> Request:
        now = self.now()
        request_id = new_id()
        return Request(
            id=request_id,
            kind=params.kind,
            params=params.model_dump(mode="json"),
            state=State.PENDING,
            version=1,
            stage=0,
            requester=requester,
            ruling=ruling,
            title=outlook.title,
            changes=outlook.changes,
            risks=outlook.risks,
            project_id=outlook.project.id if outlook.project else "",
            project_name=outlook.project.name if outlook.project else "",
            channel=outlook.channel,
            origin=origin or request_id,
            created_at=now,
            updated_at=now,
            expires_at=now + timedelta(hours=ruling.pending_hours),
            ends_at=params.ends_at,
            workspace=self.workspace,
        )

    async def _deciders(self, kind: type[Kind], outlook: Outlook, requester: Person) -> str:
        judgement = await self.judged(kind, outlook, requester)
        if judgement.fault:
            return "Depends on what you fill in."
        provisional = self._drawn_up_for_show(kind, outlook, judgement.ruling, requester)
        if judgement.ruling.denied:
            return f"This would be refused: {judgement.ruling.denied}"
        if reason := await self.held_back(provisional, amount_of(outlook.request)):
            provisional = by_people(provisional, reason)
        ruling = provisional.ruling
        if ruling.auto:
            return f"Nobody has to: it is carried out at once. Rule: {ruling.rule}."
        panels = [await self.resolver.panel(provisional, each, showing=True) for each in range(len(ruling.stages))]
        parts = [
            _names(panel, stage.quorum) if panel.people else "nobody yet"
            for stage, panel in zip(ruling.stages, panels, strict=True)
        ]
        return f"{', then '.join(parts)}. Rule: {ruling.rule}."

    def _drawn_up_for_show(self, kind: type[Kind], outlook: Outlook, ruling: Ruling, requester: Person) -> Request:
        return self._drawn_up(kind.model_construct(), outlook, ruling, requester, "")


_FEW = 4


def _names(panel: Panel, quorum: int) -> str:
    """Say who: *A*, *one of A, B*, *2 of A, B, C*."""
    names = [each.name for each in panel.people]
    shown = ", ".join(names[:_FEW]) + (f" and {len(names) - _FEW} more" if len(names) > _FEW else "")
    counted = shown if len(names) == quorum == 1 else f"{'one' if quorum == 1 else quorum} of {shown}"
    return f"{counted} (the fallback)" if panel.fallback else counted
