"""Users of the organisation: list, look up, change the role, remove.

Source: Administration API reference, Users.
"""

from dataclasses import replace
from typing import Literal

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import MEMBERSHIPS, PROJECTS, USERS, User
from sandbox.openai.routing import Operations

operations = Operations()

PREDEFINED = {"role-api-organization-owner": "owner", "role-api-organization-reader": "reader"}


class UserCursor(Cursor):
    emails: tuple[str, ...] = ()


class UserUpdate(Body):
    """The reference's own prose calls the reader ``member``; both are taken."""

    role: Literal["owner", "reader", "member"] | None = None
    role_id: str | None = None
    technical_level: str | None = None
    developer_persona: str | None = None


@operations.get("/organization/users")
def list_users(organization: Organization, call: Call) -> JSON:
    cursor = call.question(UserCursor)
    wanted = {email.casefold() for email in cursor.emails}
    return id_page(
        organization.store[USERS].of().values(),
        cursor,
        draw,
        keep=lambda user: not wanted or user.email.casefold() in wanted,
    )


@operations.get("/organization/users/{user_id}")
def get_user(organization: Organization, call: Call) -> JSON:
    return draw(organization.people.get(call.path["user_id"]))


@operations.post("/organization/users/{user_id}")
def update_user(organization: Organization, call: Call) -> JSON:
    user, body = organization.people.get(call.path["user_id"]), call.body(UserUpdate)
    role = _role(body) or user.role
    if role != "owner":
        _refuse_losing_the_last_owner(organization, user)
    changed = replace(
        user,
        role=role,
        technical_level=body.technical_level or user.technical_level,
        developer_persona=body.developer_persona or user.developer_persona,
    )
    organization.store[USERS].put(user.id, changed)
    if role == "owner":
        _own_every_membership(organization, changed)
    organization.audit.record("user.updated", {"id": user.id, "changes_requested": {"role": role}})
    return draw(changed)


@operations.delete("/organization/users/{user_id}")
def delete_user(organization: Organization, call: Call) -> JSON:
    user = organization.people.get(call.path["user_id"])
    _refuse_losing_the_last_owner(organization, user)
    organization.people.leave(user)
    organization.audit.record("user.deleted", {"id": user.id})
    return {"object": "organization.user.deleted", "id": user.id, "deleted": True}


def draw(user: User) -> JSON:
    return {
        "object": "organization.user",
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "role": user.role,
        "added_at": user.added_at,
        "created": user.added_at,
        "is_default": False,
        "is_service_account": False,
        "is_scim_managed": False,
        "api_key_last_used_at": None,
        "technical_level": user.technical_level,
        "developer_persona": user.developer_persona,
    }


def _role(body: UserUpdate) -> str | None:
    if body.role_id is not None:
        alias = body.role_id.partition("__")[0]
        if alias not in PREDEFINED:
            raise invalid(f"The role {body.role_id} does not exist.", "role_id")
        return PREDEFINED[alias]
    return "reader" if body.role == "member" else body.role


def _refuse_losing_the_last_owner(organization: Organization, user: User) -> None:
    if [owner.id for owner in organization.people.owners()] == [user.id]:
        raise invalid("An organization needs at least one owner.", "role")


def _own_every_membership(organization: Organization, user: User) -> None:
    for project_id in organization.store[PROJECTS].of():
        member = organization.store[MEMBERSHIPS].get(user.id, project_id)
        if member:
            organization.store[MEMBERSHIPS].put(user.id, replace(member, role="owner"), project_id)
