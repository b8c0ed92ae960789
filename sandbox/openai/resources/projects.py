"""Projects: create, list, look up, rename, archive for good.

Source: Administration API reference, Projects. Names need not be unique; there is no way back from the archive.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import StringConstraints

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid
from sandbox.openai.ids import identifier
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import (
    API_KEYS,
    ASSIGNMENTS,
    MEMBERSHIPS,
    PROJECT_GROUPS,
    PROJECTS,
    SERVICE_ACCOUNTS,
    Project,
)
from sandbox.openai.resources.certificates import ACTIVE
from sandbox.openai.resources.external_keys import EXTERNAL_KEYS
from sandbox.openai.routing import Operations

operations = Operations()

MOST_PROJECTS = 2_000
OF_GEOGRAPHY = {"US": "US_STORAGE_PROCESSING", "EU": "EU_STORAGE_PROCESSING"}
Residency = Literal[
    "GLOBAL",
    "US_STORAGE_PROCESSING",
    "EU_STORAGE_PROCESSING",
    "JP_STORAGE",
    "JP_STORAGE_PROCESSING",
    "KR_STORAGE",
    "CA_STORAGE",
    "SG_STORAGE",
    "IN_STORAGE",
    "IN_STORAGE_PROCESSING",
    "AU_STORAGE",
    "AU_STORAGE_PROCESSING",
    "GB_STORAGE",
    "AE_STORAGE",
    "AE_STORAGE_PROCESSING",
]
Name = Annotated[str, StringConstraints(pattern=r"\S")]


class ProjectCursor(Cursor):
    include_archived: bool = False


class ProjectCreate(Body):
    """*geography* is the deprecated way to say residency; giving both is an error."""

    name: Name
    residency: Residency | None = None
    external_key_id: str | None = None
    geography: Literal["US", "EU"] | None = None


class ProjectUpdate(Body):
    """*geography* is still taken for compatibility and changes nothing: residency is for life."""

    name: Name | None = None
    external_key_id: str | None = None
    geography: str | None = None


@operations.get("/organization/projects")
def list_projects(organization: Organization, call: Call) -> JSON:
    cursor = call.question(ProjectCursor)
    return id_page(
        organization.store[PROJECTS].of().values(),
        cursor,
        draw,
        keep=lambda project: cursor.include_archived or project.archived_at is None,
    )


@operations.post("/organization/projects")
def create_project(organization: Organization, call: Call) -> JSON:
    body, projects = call.body(ProjectCreate), organization.store[PROJECTS]
    _refuse_unknown_key(organization, body.external_key_id)
    if sum(project.archived_at is None for project in projects.of().values()) >= MOST_PROJECTS:
        raise invalid(f"An organization can have at most {MOST_PROJECTS} projects.", code="project_limit_reached")
    project = Project(
        id=identifier("proj_"),
        name=body.name,
        created_at=organization.clock.now(),
        residency=_residency(organization, body),
        external_key_id=body.external_key_id,
    )
    projects.put(project.id, project)
    details = {"id": project.id, "data": {"name": project.name, "title": project.name}}
    organization.audit.record("project.created", details)
    return draw(project)


@operations.get("/organization/projects/{project_id}")
def get_project(organization: Organization, call: Call) -> JSON:
    return draw(organization.project(call.path["project_id"]))


@operations.post("/organization/projects/{project_id}")
def update_project(organization: Organization, call: Call) -> JSON:
    project, body = organization.active_project(call.path["project_id"]), call.body(ProjectUpdate)
    if organization.is_default(project):
        raise invalid("The default project cannot be modified.")
    _refuse_unknown_key(organization, body.external_key_id)
    # Null takes the key away, absent leaves it.
    external = body.external_key_id if "external_key_id" in body.model_fields_set else project.external_key_id
    changed = replace(project, name=body.name or project.name, external_key_id=external)
    organization.store[PROJECTS].put(project.id, changed)
    details = {"id": project.id, "changes_requested": {"title": changed.name}}
    organization.audit.record("project.updated", details)
    return draw(changed)


@operations.post("/organization/projects/{project_id}/archive")
def archive_project(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    if organization.is_default(project):
        raise invalid("The default project cannot be archived.")
    archived = replace(project, archived_at=organization.clock.now())
    organization.store[PROJECTS].put(project.id, archived)
    # An archived project has no users and no service accounts, what they held a key to is gone, and nothing that
    # stands there may hold on to a certificate of the organisation: nobody could let go of it any more.
    for account_id in organization.store[SERVICE_ACCOUNTS].of(project.id):
        organization.access.forget(account_id)
    organization.store[ASSIGNMENTS].clear(project.id)
    organization.store[PROJECT_GROUPS].clear(project.id)
    organization.store[ACTIVE].clear(project.id)
    organization.store[MEMBERSHIPS].clear(project.id)
    organization.store[SERVICE_ACCOUNTS].clear(project.id)
    organization.store[API_KEYS].clear(project.id)
    organization.audit.record("project.archived", {"id": project.id})
    return draw(archived)


def draw(project: Project) -> JSON:
    drawn = {
        "id": project.id,
        "object": "organization.project",
        "name": project.name,
        "created_at": project.created_at,
        "archived_at": project.archived_at,
        "status": project.status,
        "external_key_id": project.external_key_id,
    }
    return drawn | ({"residency": project.residency} if project.residency else {})


def _residency(organization: Organization, body: ProjectCreate) -> str | None:
    if body.residency and body.geography:
        raise invalid("Give residency or geography, not both.", "geography")
    residency = body.residency or OF_GEOGRAPHY.get(body.geography or "")
    if residency and residency not in organization.settings.now.residencies:
        raise invalid(f"This organization has no access to the residency {residency}.", "residency")
    return residency


def _refuse_unknown_key(organization: Organization, external_key_id: str | None) -> None:
    if external_key_id is not None and organization.store[EXTERNAL_KEYS].get(external_key_id) is None:
        raise invalid(f"The external key {external_key_id} was not found.", "external_key_id")
