"""Members of a project.

Source: Administration API reference, Project users. Who is no member of the organisation cannot become one of a
project; an owner of the organisation can neither be removed from a project nor be given another role there.
"""

from dataclasses import replace
from typing import Literal

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import Refusal, invalid
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import MEMBERSHIPS, Membership, Project, User
from sandbox.openai.routing import Operations

operations = Operations()


class MemberCreate(Body):
    role: Literal["owner", "member"]
    user_id: str | None = None
    email: str | None = None


class MemberUpdate(Body):
    role: Literal["owner", "member"] | None = None


@operations.get("/organization/projects/{project_id}/users")
def list_members(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    members = organization.store[MEMBERSHIPS].of(project.id).values()
    return id_page(members, call.question(Cursor), lambda member: draw(organization, project, member))


@operations.post("/organization/projects/{project_id}/users")
def add_member(organization: Organization, call: Call) -> JSON:
    project, body = organization.active_project(call.path["project_id"]), call.body(MemberCreate)
    if organization.is_default(project):
        raise invalid("Users cannot be added to the default project directly.")
    user = _named(organization, body)
    if organization.store[MEMBERSHIPS].get(user.id, project.id):
        raise invalid(f"User {user.id} already exists in project {project.id}", code="user_already_exists")
    member = organization.people.join(project.id, user, body.role)
    organization.audit.record("user.added", {"id": user.id, "data": {"role": member.role}})
    return draw(organization, project, member)


@operations.get("/organization/projects/{project_id}/users/{user_id}")
def get_member(organization: Organization, call: Call) -> JSON:
    project, _, member = _found(organization, call, 404)
    return draw(organization, project, member)


@operations.post("/organization/projects/{project_id}/users/{user_id}")
def update_member(organization: Organization, call: Call) -> JSON:
    project, user, member = _found(organization, call, 404)
    body = call.body(MemberUpdate)
    role = body.role or member.role
    if user.role == "owner" and role != "owner":
        raise invalid("The role of an organization owner cannot be changed in a project.", "role")
    changed = organization.store[MEMBERSHIPS].put(user.id, replace(member, role=role), project.id)
    organization.audit.record("user.updated", {"id": user.id, "changes_requested": {"role": role}})
    return draw(organization, project, changed)


@operations.delete("/organization/projects/{project_id}/users/{user_id}")
def remove_member(organization: Organization, call: Call) -> JSON:
    project, user, _ = _found(organization, call, 400)
    if user.role == "owner":
        raise invalid("Organization owners cannot be removed from a project.")
    if organization.is_default(project):
        raise invalid("Users cannot be removed from the default project.")
    organization.store[MEMBERSHIPS].remove(user.id, project.id)
    organization.access.forget(user.id, project.id)
    organization.audit.record("user.deleted", {"id": user.id})
    return {"object": "organization.project.user.deleted", "id": user.id, "deleted": True}


def draw(organization: Organization, project: Project, member: Membership) -> JSON:
    user = organization.people.get(member.id)
    return {
        "object": "organization.project.user",
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": organization.access.role_in(project.id, member.id),
        "added_at": member.added_at,
    }


def _named(organization: Organization, body: MemberCreate) -> User:
    if (body.user_id is None) == (body.email is None):
        raise invalid("Give either user_id or email.", "user_id", "missing_required_parameter")
    if body.user_id is not None:
        return organization.people.get(body.user_id)
    user = organization.people.by_email(body.email or "")
    if user is None:
        raise invalid(f"{body.email} is not a member of this organization.", "email")
    return user


def _found(organization: Organization, call: Call, missing: int) -> tuple[Project, User, Membership]:
    """Find the member the path names.

    Raises ``Refusal``: who is none is answered by *missing*, 404 or (removed twice) 400.
    """
    project = organization.active_project(call.path["project_id"])
    user_id = call.path["user_id"]
    member = organization.store[MEMBERSHIPS].get(user_id, project.id)
    if member is None:
        raise Refusal(missing, f"User {user_id} is not a member of {project.id}", code="not_a_member")
    return project, organization.people.get(user_id), member
