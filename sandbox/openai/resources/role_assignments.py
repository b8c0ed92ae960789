"""Roles given to users and groups, in the organisation and in a project, and those they hold through a group.

Source: Administration API reference, role assignments of users and groups (a project's below ``/projects``). A role
held through a group only cannot be taken away from the person. A service account is a user here.
"""

from sandbox.openai.access import Held
from sandbox.openai.audit_details import assignment
from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import Refusal, invalid
from sandbox.openai.organization import Organization
from sandbox.openai.paging import NextCursor, next_page
from sandbox.openai.permissions import OWNER_OF_ORGANIZATION, OWNER_OF_PROJECT, READER_OF_ORGANIZATION
from sandbox.openai.records import Group, Role, ServiceAccount, User
from sandbox.openai.resources import groups, users
from sandbox.openai.resources.roles import refuse_alias, scope_of
from sandbox.openai.rolebook import resource_type
from sandbox.openai.routing import Operations
from sandbox.openai.store import ORGANIZATION

operations = Operations()

Principal = User | ServiceAccount | Group


class RoleAssignment(Body):
    role_id: str


@operations.get("/organization/users/{user_id}/roles")
@operations.get("/organization/groups/{group_id}/roles")
@operations.get("/projects/{project_id}/users/{user_id}/roles")
@operations.get("/projects/{project_id}/groups/{group_id}/roles")
def list_assignments(organization: Organization, call: Call) -> JSON:
    scope, principal = scope_of(organization, call), _principal(organization, call)
    held = organization.access.held(scope, principal.id)
    return next_page(held, call.question(NextCursor), lambda each: draw(organization, scope, principal, each))


@operations.post("/organization/users/{user_id}/roles")
@operations.post("/organization/groups/{group_id}/roles")
@operations.post("/projects/{project_id}/users/{user_id}/roles")
@operations.post("/projects/{project_id}/groups/{group_id}/roles")
def assign(organization: Organization, call: Call) -> JSON:
    scope, principal = scope_of(organization, call), _principal(organization, call)
    role = organization.roles.find(scope, call.body(RoleAssignment).role_id)
    if scope != ORGANIZATION and organization.is_default(organization.project(scope)):
        raise invalid("Access to the default project cannot be assigned directly.")
    if not organization.access.assign(scope, principal.id, role):
        raise invalid(f"{principal.id} already has the role {role.name}.", "role_id", "role_already_assigned")
    _record(organization, "role.assignment.created", scope, principal, role)
    drawn = organization.roles.draw(scope, role)
    if isinstance(principal, Group):
        return {"object": "group.role", "group": _draw_group(principal), "role": drawn}
    user = users.draw(organization.people.get(principal.id)) if isinstance(principal, User) else _draw_bot(principal)
    return {"object": "user.role", "user": user, "role": drawn}


@operations.get("/organization/users/{user_id}/roles/{role_id}")
@operations.get("/organization/groups/{group_id}/roles/{role_id}")
@operations.get("/projects/{project_id}/users/{user_id}/roles/{role_id}")
@operations.get("/projects/{project_id}/groups/{group_id}/roles/{role_id}")
def get_assignment(organization: Organization, call: Call) -> JSON:
    scope, principal = scope_of(organization, call), _principal(organization, call)
    refuse_alias(call)
    role = organization.roles.find(scope, call.path["role_id"])
    held = next((each for each in organization.access.held(scope, principal.id) if each.id == role.id), None)
    if held is None:
        raise _not_assigned(principal, role)
    return draw(organization, scope, principal, held)


@operations.delete("/organization/users/{user_id}/roles/{role_id}")
@operations.delete("/organization/groups/{group_id}/roles/{role_id}")
@operations.delete("/projects/{project_id}/users/{user_id}/roles/{role_id}")
@operations.delete("/projects/{project_id}/groups/{group_id}/roles/{role_id}")
def unassign(organization: Organization, call: Call) -> JSON:
    scope, principal = scope_of(organization, call), _principal(organization, call)
    role = organization.roles.find(scope, call.path["role_id"])
    _refuse_needed(organization, scope, principal, role)
    if not organization.access.unassign(scope, principal.id, role):
        raise _not_assigned(principal, role)
    _record(organization, "role.assignment.deleted", scope, principal, role)
    return {"object": f"{'group' if isinstance(principal, Group) else 'user'}.role.deleted", "deleted": True}


def draw(organization: Organization, scope: str, principal: Principal, held: Held) -> JSON:
    role = held.role
    through = [{"principal_id": group_id, "principal_type": "group"} for group_id in held.groups]
    if through and held.direct:
        through.insert(0, {"principal_id": principal.id, "principal_type": "user"})
    creator = organization.people.find(role.created_by)
    return {
        "id": organization.roles.shown_id(scope, role),
        "name": role.name,
        "permissions": list(role.permissions),
        "resource_type": resource_type(scope),
        "predefined_role": role.predefined,
        "description": role.description,
        "created_at": role.created_at,
        "updated_at": role.updated_at,
        "created_by": role.created_by,
        "created_by_user_obj": creator and {"id": creator.id, "name": creator.name, "email": creator.email},
        "metadata": {},
        "assignment_sources": through or None,
    }


def _principal(organization: Organization, call: Call) -> Principal:
    if "group_id" in call.path:
        return groups.found(organization, call)
    principal = organization.people.principal(call.path["user_id"])
    if isinstance(principal, ServiceAccount) and "project_id" in call.path:
        return organization.people.account(call.path["project_id"], principal.id)
    return principal


def _refuse_needed(organization: Organization, scope: str, principal: Principal, role: Role) -> None:
    """Raise ``Refusal`` (400) for a role without which the organisation's rules would not hold."""
    if not isinstance(principal, User):
        return
    if role.id == OWNER_OF_ORGANIZATION:
        users.refuse_losing_the_last_owner(organization, principal)
    if role.id == READER_OF_ORGANIZATION and principal.role == "reader":
        raise invalid("A user of the organization is at least a reader.", code="role_required")
    if role.id == OWNER_OF_PROJECT and principal.role == "owner":
        raise invalid("The role of an organization owner cannot be changed in a project.", code="role_required")
    if scope != ORGANIZATION and organization.is_default(organization.project(scope)):
        raise invalid("Access to the default project cannot be taken away.", code="role_required")


def _not_assigned(principal: Principal, role: Role) -> Refusal:
    return Refusal(404, f"{principal.id} was not given the role {role.name}", code="not_found")


def _record(organization: Organization, event: str, scope: str, principal: Principal, role: Role) -> None:
    organization.audit.record(event, assignment(organization.roles, scope, principal.id, role))


def _draw_group(group: Group) -> JSON:
    return {
        "object": "group",
        "id": group.id,
        "name": group.name,
        "created_at": group.created_at,
        "scim_managed": group.scim_managed,
    }


def _draw_bot(account: ServiceAccount) -> JSON:
    return {
        "object": "organization.user",
        "id": account.id,
        "name": account.name,
        "email": None,
        "role": account.role,
        "added_at": account.created_at,
        "created": account.created_at,
        "is_service_account": True,
    }
