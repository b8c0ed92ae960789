"""The hard monthly spend limit of a project and of the organisation, in whole cents.

Source: Administration API reference, Spend limit. ``enforcement.status`` is read here as "blocking now": the spend of
this UTC month has reached the limit. None set answers 404. The audit log knows nothing of it, as at OpenAI.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import Refusal
from sandbox.openai.ledger import NANODOLLARS_PER_CENT
from sandbox.openai.organization import Organization
from sandbox.openai.routing import Operations
from sandbox.openai.store import ORGANIZATION, Shelf

operations = Operations()


@dataclass(frozen=True, kw_only=True, slots=True)
class SpendLimit:
    """*hard* is False only after an alert has overwritten the limit, a reported fault of the real API."""

    cents: int
    hard: bool = True


SPEND_LIMITS = Shelf(name="spend_limits", holds=SpendLimit)
KEY = "limit"


class SpendLimitUpdate(Body):
    threshold_amount: int = Field(ge=1)
    currency: Literal["USD"]
    interval: Literal["month"]


@operations.get("/organization/spend_limit")
@operations.get("/organization/projects/{project_id}/spend_limit")
def get_limit(organization: Organization, call: Call) -> JSON:
    owner = _owner(organization, call)
    return draw(organization, owner, _limit(organization, owner))


@operations.post("/organization/spend_limit")
@operations.post("/organization/projects/{project_id}/spend_limit")
def set_limit(organization: Organization, call: Call) -> JSON:
    owner = _owner(organization, call)
    limit = SpendLimit(cents=call.body(SpendLimitUpdate).threshold_amount)
    return draw(organization, owner, organization.store[SPEND_LIMITS].put(KEY, limit, owner))


@operations.delete("/organization/spend_limit")
@operations.delete("/organization/projects/{project_id}/spend_limit")
def delete_limit(organization: Organization, call: Call) -> JSON:
    owner = _owner(organization, call)
    _limit(organization, owner)
    organization.store[SPEND_LIMITS].remove(KEY, owner)
    return {"object": f"{_noun(owner)}.spend_limit.deleted", "deleted": True}


def draw(organization: Organization, owner: str, limit: SpendLimit) -> JSON:
    project_id = None if owner == ORGANIZATION else owner
    spent = organization.ledger.month_to_date(organization.clock.today(), project_id)
    blocking = limit.hard and spent >= limit.cents * NANODOLLARS_PER_CENT
    return {
        "object": f"{_noun(owner)}.spend_limit",
        "threshold_amount": limit.cents,
        "currency": "USD",
        "interval": "month",
        "enforcement": {"status": "enforcing" if blocking else "inactive"},
    }


def _noun(owner: str) -> str:
    return "organization" if owner == ORGANIZATION else "project"


def _owner(organization: Organization, call: Call) -> str:
    project_id = call.path.get("project_id")
    return ORGANIZATION if project_id is None else organization.active_project(project_id).id


def _limit(organization: Organization, owner: str) -> SpendLimit:
    limit = organization.store[SPEND_LIMITS].get(KEY, owner)
    if limit is None:
        raise Refusal(404, f"The {_noun(owner)} has no spend limit", code="not_found")
    return limit
