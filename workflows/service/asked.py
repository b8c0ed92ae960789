"""What a form asks for, checked: how it is stored once, proven, and decided by people instead of a rule."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from workflows.errors import InvalidFields
from workflows.kind import Kind, Outlook
from workflows.model import Actor, Request, Ruling
from workflows.service.approvers import Panel
from workflows.service.desk import record, tell_thread
from workflows.store import UnitOfWork


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a form holds, checked; ``fault`` says why the policy itself could not say who decides."""

    params: Kind
    outlook: Outlook
    ruling: Ruling
    fault: str = ""

    @property
    def cents(self) -> int:
        return amount_of(self.outlook.request)


async def hold_unique(work: UnitOfWork, request: Request, params: Kind) -> None:
    """Check, as nobody else can meanwhile, that no other open request has the same value where each has its own.

    The form was checked before, but so was another one that is stored at this moment. Raises ``InvalidFields``.
    """
    if unique := type(params).unique:
        await work.hold_log()
        value = str(request.params[unique])
        named = [each for each in await work.open_names(request.kind) if str(each[unique]).lower() == value.lower()]
        if len(named) > 1:
            raise InvalidFields({unique: f"A request for {value} was opened at the same moment. Choose another name."})


async def write_down(
    work: UnitOfWork, request: Request, action: str, panel: Panel, *, fault: str, **proof: Any
) -> None:
    """Prove what is asked for by whom, and say in its thread what the policy could not be applied for."""
    await record(
        work,
        request,
        action,
        Actor.of(request.requester),
        request.updated_at,
        params=dict(request.params),
        rule=request.ruling.rule,
        condition=request.ruling.condition,
        policy=request.ruling.policy_digest,
        changes=[[each.label, each.now, each.proposed] for each in request.changes],
        approvers=[each.email for each in panel.people],
        fallback=panel.fallback,
        fault=fault,
        **proof,
    )
    if fault:
        await tell_thread(work, request, "policy_failed", note=fault, besides="policy")


def amount_of(asked: Mapping[str, Any]) -> int:
    """Return the cents that a request asks for, as conditions have it in dollars: the raise, or else the limit."""
    found = asked.get("raise_amount", asked.get("monthly_limit"))
    return max(0, round(found * 100)) if isinstance(found, int | float) else 0


def by_people(request: Request, reason: str) -> Request:
    """Return what a rule may not approve by itself as people decide it, with the *reason* as a mark."""
    ruling = replace(request.ruling, auto=False, stages=request.ruling.otherwise)
    return replace(request, ruling=ruling, risks=(*request.risks, reason))
