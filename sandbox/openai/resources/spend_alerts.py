"""Spend alerts of a project and of the organisation: e-mails at a monthly amount in whole cents.

Source: Administration API reference, Spend alerts. An update replaces the whole alert; two equal alerts are two.
"""

from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import not_found
from sandbox.openai.ids import identifier
from sandbox.openai.organization import Organization
from sandbox.openai.paging import TwoWayCursor, id_page
from sandbox.openai.resources.spend_limits import KEY, SPEND_LIMITS, SpendLimit
from sandbox.openai.routing import Operations
from sandbox.openai.store import ORGANIZATION, Shelf

operations = Operations()


@dataclass(frozen=True, kw_only=True, slots=True)
class SpendAlert:
    id: str
    cents: int
    recipients: tuple[str, ...]
    subject_prefix: str | None


SPEND_ALERTS = Shelf(name="spend_alerts", holds=SpendAlert)


class AlertCursor(TwoWayCursor):
    limit: int = Field(default=20, ge=0, le=100)
    order: Literal["asc", "desc"] = "asc"


class Channel(Body):
    type: Literal["email"]
    recipients: tuple[str, ...]
    subject_prefix: str | None = None


class SpendAlertBody(Body):
    threshold_amount: int = Field(ge=0)
    currency: Literal["USD"]
    interval: Literal["month"]
    notification_channel: Channel


@operations.get("/organization/spend_alerts")
@operations.get("/organization/projects/{project_id}/spend_alerts")
def list_alerts(organization: Organization, call: Call) -> JSON:
    owner, cursor = _owner(organization, call), call.question(AlertCursor)
    alerts = list(organization.store[SPEND_ALERTS].of(owner).values())
    if cursor.order == "desc":
        alerts.reverse()
    return id_page(alerts, cursor, lambda alert: draw(owner, alert))


@operations.post("/organization/spend_alerts")
@operations.post("/organization/projects/{project_id}/spend_alerts")
def create_alert(organization: Organization, call: Call) -> JSON:
    owner = _owner(organization, call)
    alert = _alert(identifier("alert_"), call.body(SpendAlertBody))
    if "alert_overwrites_limit" in call.quirks:
        organization.store[SPEND_LIMITS].put(KEY, SpendLimit(cents=alert.cents, hard=False), owner)
    return draw(owner, organization.store[SPEND_ALERTS].put(alert.id, alert, owner))


@operations.get("/organization/spend_alerts/{alert_id}")
@operations.get("/organization/projects/{project_id}/spend_alerts/{alert_id}")
def get_alert(organization: Organization, call: Call) -> JSON:
    owner = _owner(organization, call)
    return draw(owner, _found(organization, owner, call))


@operations.post("/organization/spend_alerts/{alert_id}")
@operations.post("/organization/projects/{project_id}/spend_alerts/{alert_id}")
def replace_alert(organization: Organization, call: Call) -> JSON:
    owner = _owner(organization, call)
    alert = _alert(_found(organization, owner, call).id, call.body(SpendAlertBody))
    return draw(owner, organization.store[SPEND_ALERTS].put(alert.id, alert, owner))


@operations.delete("/organization/spend_alerts/{alert_id}")
@operations.delete("/organization/projects/{project_id}/spend_alerts/{alert_id}")
def delete_alert(organization: Organization, call: Call) -> JSON:
    owner = _owner(organization, call)
    alert = _found(organization, owner, call)
    organization.store[SPEND_ALERTS].remove(alert.id, owner)
    return {"id": alert.id, "object": f"{_noun(owner)}.spend_alert.deleted", "deleted": True}


def draw(owner: str, alert: SpendAlert) -> JSON:
    return {
        "id": alert.id,
        "object": f"{_noun(owner)}.spend_alert",
        "threshold_amount": alert.cents,
        "currency": "USD",
        "interval": "month",
        "notification_channel": {
            "type": "email",
            "recipients": list(alert.recipients),
            "subject_prefix": alert.subject_prefix,
        },
    }


def _alert(alert_id: str, body: SpendAlertBody) -> SpendAlert:
    channel = body.notification_channel
    return SpendAlert(
        id=alert_id,
        cents=body.threshold_amount,
        recipients=channel.recipients,
        subject_prefix=channel.subject_prefix,
    )


def _noun(owner: str) -> str:
    return "organization" if owner == ORGANIZATION else "project"


def _owner(organization: Organization, call: Call) -> str:
    project_id = call.path.get("project_id")
    return ORGANIZATION if project_id is None else organization.active_project(project_id).id


def _found(organization: Organization, owner: str, call: Call) -> SpendAlert:
    alert = organization.store[SPEND_ALERTS].get(call.path["alert_id"], owner)
    if alert is None:
        raise not_found("spend alert", call.path["alert_id"])
    return alert
