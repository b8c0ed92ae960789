"""What one transaction can do: everything in it happens together or not at all."""

from datetime import datetime

from workflows.errors import Conflict
from workflows.lifecycle import FINAL
from workflows.model import Dossier, Request
from workflows.store.absences import Absences
from workflows.store.alerts import Alerts
from workflows.store.audit_log import AuditLog
from workflows.store.automatic import Automatic
from workflows.store.claims import Claims
from workflows.store.costs import Costs
from workflows.store.freezes import Freezes
from workflows.store.inquiries import Inquiries
from workflows.store.ledger import Ledger
from workflows.store.offers import Offers
from workflows.store.outbox import Outbox
from workflows.store.policies import Policies
from workflows.store.prompts import Prompts
from workflows.store.relay import Relay
from workflows.store.reminders import Reminding
from workflows.store.reports import Reports
from workflows.store.requests import Requests
from workflows.store.reviews import Reviews
from workflows.store.usage import Usage
from workflows.store.vitals import Vital

PAST = 5
ALSO = 3
"""Decisions before, and other requests, that a card shows."""


class UnitOfWork(
    Requests,
    Claims,
    Ledger,
    Outbox,
    AuditLog,
    Costs,
    Alerts,
    Prompts,
    Reports,
    Freezes,
    Usage,
    Inquiries,
    Policies,
    Automatic,
    Reminding,
    Absences,
    Offers,
    Reviews,
    Relay,
    Vital,
):
    """The requests, keys, ledger, outbox, audit log, costs, usage, alerts and snapshot of the organisation together.

    Lock order: the request's row first, then (an extension only) the row of the request it extends, the head of the
    audit log after them.
    """

    async def hold_project(self, project_id: str, holder: str, now: datetime, until: datetime) -> bool:
        """Take or keep the right to work on a project; False when somebody else has it."""
        return not project_id or await self.lease(f"project:{project_id}", holder, now, until)

    async def release_project(self, project_id: str, holder: str) -> None:
        await self.release(f"project:{project_id}", holder)

    async def keep(self, request: Request, holder: str, now: datetime, until: datetime) -> None:
        """Keep the claim on a request and on its project alive. Raises ``Conflict`` when it was lost."""
        await self.extend_lease(request.id, holder, until)
        if not await self.hold_project(request.project_id, holder, now, until):
            raise Conflict("Another worker took this project over.")

    async def dossier(self, request_id: str) -> Dossier:
        """Return everything a card shows. Raises ``UnknownRequest``."""
        request = await self.get(request_id)
        decisions = await self.decisions(request_id)
        deciding = request.open_stage is not None and request.project_id != ""
        decided = {each.approver.id for each in decisions if each.stage == request.stage}
        awaited = await self.awaited(request_id, request.stage) if request.open_stage else {}
        return Dossier(
            request=request,
            decisions=decisions,
            steps=await self.steps(request_id),
            awaited=tuple(each for each in awaited if each.id not in decided),
            claim=await self.claim_of(request_id),
            frozen=None if request.state in FINAL else await self.freeze(),
            inquiries=await self.inquiries(request_id),
            offers=await self.offers(request_id),
            review=await self.review(request_id),
            past=await self.past(request, PAST) if deciding else (),
            also=await self.also_asked(request, ALSO) if deciding else (),
            stand_ins={each.id: tuple(absent) for each, absent in awaited.items() if absent},
        )
