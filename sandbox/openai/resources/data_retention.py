"""How long OpenAI keeps what is sent: the organisation's control, and a project's own.

Source: Administration API reference, Data retention. A control that OpenAI has not unlocked for the organisation is
refused. The audit log has no event for it.
"""

from dataclasses import dataclass
from typing import Literal

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid
from sandbox.openai.organization import Organization
from sandbox.openai.routing import Operations
from sandbox.openai.settings import Control
from sandbox.openai.store import ORGANIZATION, Shelf

operations = Operations()


@dataclass(frozen=True, kw_only=True, slots=True)
class Retention:
    type: str


RETENTIONS = Shelf(name="data_retention", holds=Retention)
KEY = "retention"


class OrganizationRetention(Body):
    retention_type: Control


class ProjectRetention(Body):
    retention_type: Literal["organization_default", "none"] | Control


@operations.get("/organization/data_retention")
def get_of_organization(organization: Organization, _call: Call) -> JSON:
    return draw(organization, ORGANIZATION)


@operations.post("/organization/data_retention")
def set_of_organization(organization: Organization, call: Call) -> JSON:
    return _set(organization, ORGANIZATION, call.body(OrganizationRetention).retention_type)


@operations.get("/organization/projects/{project_id}/data_retention")
def get_of_project(organization: Organization, call: Call) -> JSON:
    return draw(organization, organization.active_project(call.path["project_id"]).id)


@operations.post("/organization/projects/{project_id}/data_retention")
def set_of_project(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    return _set(organization, project.id, call.body(ProjectRetention).retention_type)


def draw(organization: Organization, owner: str) -> JSON:
    kept = organization.store[RETENTIONS].get(KEY, owner)
    default = "modified_abuse_monitoring" if owner == ORGANIZATION else "organization_default"
    noun = "organization" if owner == ORGANIZATION else "project"
    return {"object": f"{noun}.data_retention", "type": kept.type if kept else default}


def _set(organization: Organization, owner: str, control: str) -> JSON:
    unlocked = {"organization_default", "none", *organization.settings.now.retention_controls}
    if control not in unlocked:
        raise invalid(f"This organization has no access to the control {control}.", "retention_type")
    organization.store[RETENTIONS].put(KEY, Retention(type=control), owner)
    return draw(organization, owner)
