"""Roles of the organisation and of a project: the predefined ones, and custom ones made of permissions.

Source: Administration API reference, Roles and Project roles (``/projects`` is their root). A name is taken once;
OpenAI's own roles cannot be changed or deleted; administering the organisation cannot be put into a custom one.
"""

from dataclasses import replace
from typing import Annotated

from pydantic import StringConstraints

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid, not_found
from sandbox.openai.ids import identifier
from sandbox.openai.organization import Organization
from sandbox.openai.paging import NextCursor, next_page
from sandbox.openai.permissions import FOR_ORGANIZATIONS, FOR_PROJECTS
from sandbox.openai.records import ROLES, Role
from sandbox.openai.rolebook import SEPARATOR, resource_type
from sandbox.openai.routing import Operations
from sandbox.openai.store import ORGANIZATION

operations = Operations()

Name = Annotated[str, StringConstraints(pattern=r"\S")]


class RoleCreate(Body):
    role_name: Name
    permissions: tuple[str, ...]
    description: str | None = None


class RoleUpdate(Body):
    """Null and absent both leave as it is."""

    role_name: Name | None = None
    permissions: tuple[str, ...] | None = None
    description: str | None = None


@operations.get("/organization/roles")
@operations.get("/projects/{project_id}/roles")
def list_roles(organization: Organization, call: Call) -> JSON:
    scope = scope_of(organization, call)
    roles = organization.roles.all(scope)
    return next_page(roles, call.question(NextCursor), lambda role: organization.roles.draw(scope, role))


@operations.post("/organization/roles")
@operations.post("/projects/{project_id}/roles")
def create_role(organization: Organization, call: Call) -> JSON:
    scope, body, creator = scope_of(organization, call), call.body(RoleCreate), organization.audit.creator
    _refuse_taken(organization, scope, body.role_name)
    now = organization.clock.now()
    role = Role(
        id=identifier("role_"),
        name=body.role_name,
        permissions=_granted(scope, body.permissions),
        description=body.description,
        created_at=now,
        updated_at=now,
        created_by=creator.id if creator else None,
    )
    organization.store[ROLES].put(role.id, role, scope)
    details = {"role_name": role.name, "permissions": list(role.permissions)}
    organization.audit.record("role.created", {"id": role.id, **details, **_resource(organization, scope)})
    return organization.roles.draw(scope, role)


@operations.get("/organization/roles/{role_id}")
@operations.get("/projects/{project_id}/roles/{role_id}")
def get_role(organization: Organization, call: Call) -> JSON:
    scope = scope_of(organization, call)
    refuse_alias(call)
    return organization.roles.draw(scope, organization.roles.find(scope, call.path["role_id"]))


@operations.post("/organization/roles/{role_id}")
@operations.post("/projects/{project_id}/roles/{role_id}")
def update_role(organization: Organization, call: Call) -> JSON:
    scope, role = _custom(organization, call)
    body = call.body(RoleUpdate)
    if body.role_name not in (None, role.name):
        _refuse_taken(organization, scope, body.role_name or "")
    changed = replace(
        role,
        name=body.role_name or role.name,
        permissions=role.permissions if body.permissions is None else _granted(scope, body.permissions),
        description=role.description if body.description is None else body.description,
        updated_at=organization.clock.now(),
    )
    organization.store[ROLES].put(role.id, changed, scope)
    details = {**_changes(role, changed), **_resource(organization, scope)}
    organization.audit.record("role.updated", {"id": role.id, "changes_requested": details})
    return organization.roles.draw(scope, changed)


@operations.delete("/organization/roles/{role_id}")
@operations.delete("/projects/{project_id}/roles/{role_id}")
def delete_role(organization: Organization, call: Call) -> JSON:
    scope, role = _custom(organization, call)
    organization.access.drop_role(scope, role)
    organization.store[ROLES].remove(role.id, scope)
    organization.audit.record("role.deleted", {"id": role.id})
    return {"object": "role.deleted", "id": role.id, "deleted": True}


def scope_of(organization: Organization, call: Call) -> str:
    """Return what the path's roles are of: a project that can be used, or the organisation."""
    project_id = call.path.get("project_id")
    return ORGANIZATION if project_id is None else organization.active_project(project_id).id


def refuse_alias(call: Call) -> None:
    """Act out the quirk that a predefined role is not found under its alias."""
    reference = call.path["role_id"]
    if "alias_not_found" in call.quirks and reference.startswith("role-") and SEPARATOR not in reference:
        raise not_found("role", reference)


def _custom(organization: Organization, call: Call) -> tuple[str, Role]:
    scope = scope_of(organization, call)
    role = organization.roles.find(scope, call.path["role_id"])
    if role.predefined:
        raise invalid(f"The predefined role {role.name} cannot be changed.", code="role_predefined")
    return scope, role


def _refuse_taken(organization: Organization, scope: str, name: str) -> None:
    if any(role.name == name for role in organization.roles.all(scope)):
        raise invalid(f"A role named {name} already exists.", "role_name", "role_already_exists")


def _granted(scope: str, permissions: tuple[str, ...]) -> tuple[str, ...]:
    grantable = FOR_ORGANIZATIONS if scope == ORGANIZATION else FOR_PROJECTS
    for position, permission in enumerate(permissions):
        if permission not in grantable:
            raise invalid(f"A custom role cannot grant {permission}.", f"permissions[{position}]")
    return tuple(dict.fromkeys(permissions))


def _changes(before: Role, after: Role) -> JSON:
    changes: JSON = {
        "permissions_added": [each for each in after.permissions if each not in before.permissions],
        "permissions_removed": [each for each in before.permissions if each not in after.permissions],
    }
    if after.name != before.name:
        changes["role_name"] = after.name
    if after.description != before.description:
        changes["description"] = after.description
    return changes


def _resource(organization: Organization, scope: str) -> JSON:
    return {"resource_type": resource_type(scope), "resource_id": organization.roles.resource_id(scope)}
