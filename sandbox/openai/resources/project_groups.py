"""Groups that have access to a project, each let in with one of the project's roles.

Source: Administration API reference, Project groups. The answers do not show the role: the assignments do.
"""

from typing import Literal

from pydantic import Field

from sandbox.openai.audit_details import assignment
from sandbox.openai.call import JSON, Body, Call, Question
from sandbox.openai.errors import Refusal, invalid, not_found
from sandbox.openai.organization import Organization
from sandbox.openai.paging import NextCursor, next_page
from sandbox.openai.records import GROUPS, PROJECT_GROUPS, Project, ProjectGroup
from sandbox.openai.routing import Operations

operations = Operations()


class ProjectGroupCursor(NextCursor):
    limit: int = Field(default=20, ge=0, le=100)


class ProjectGroupQuestion(Question):
    group_type: Literal["group", "tenant_group"] = "group"


class ProjectGroupCreate(Body):
    group_id: str
    role: str


@operations.get("/organization/projects/{project_id}/groups")
def list_groups(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    groups = organization.store[PROJECT_GROUPS].of(project.id).values()
    return next_page(groups, call.question(ProjectGroupCursor), lambda group: draw(organization, project, group))


@operations.post("/organization/projects/{project_id}/groups")
def add_group(organization: Organization, call: Call) -> JSON:
    project, body = organization.active_project(call.path["project_id"]), call.body(ProjectGroupCreate)
    if organization.is_default(project):
        raise invalid("Groups cannot be added to the default project.")
    if organization.store[GROUPS].get(body.group_id) is None:
        raise not_found("group", body.group_id)
    role = organization.roles.find(project.id, body.role)
    if organization.store[PROJECT_GROUPS].get(body.group_id, project.id):
        message = f"Group {body.group_id} already exists in project {project.id}"
        raise invalid(message, "group_id", "group_already_exists")
    organization.access.assign(project.id, body.group_id, role)
    details = assignment(organization.roles, project.id, body.group_id, role)
    organization.audit.record("role.assignment.created", details)
    return draw(organization, project, organization.store[PROJECT_GROUPS].of(project.id)[body.group_id])


@operations.get("/organization/projects/{project_id}/groups/{group_id}")
def get_group(organization: Organization, call: Call) -> JSON:
    wanted = call.question(ProjectGroupQuestion).group_type
    project, group = _found(organization, call)
    if wanted != "group":
        raise not_found("tenant group", group.id)
    return draw(organization, project, group)


@operations.delete("/organization/projects/{project_id}/groups/{group_id}")
def remove_group(organization: Organization, call: Call) -> JSON:
    project, group = _found(organization, call)
    for held in organization.access.held(project.id, group.id):
        organization.access.unassign(project.id, group.id, held.role)
        details = assignment(organization.roles, project.id, group.id, held.role)
        organization.audit.record("role.assignment.deleted", details)
    return {"object": "project.group.deleted", "deleted": True}


def draw(organization: Organization, project: Project, group: ProjectGroup) -> JSON:
    return {
        "object": "project.group",
        "project_id": project.id,
        "group_id": group.id,
        "group_name": organization.store[GROUPS].of()[group.id].name,
        "group_type": "group",
        "created_at": group.added_at,
    }


def _found(organization: Organization, call: Call) -> tuple[Project, ProjectGroup]:
    project, group_id = organization.active_project(call.path["project_id"]), call.path["group_id"]
    group = organization.store[PROJECT_GROUPS].get(group_id, project.id)
    if group is None:
        raise Refusal(404, f"Group {group_id} is not in {project.id}", code="not_found")
    return project, group
