"""Users of the organisation: list, look up, change the role, remove.

Source: Administration API reference, Users.
"""

from dataclasses import replace
from typing import Literal

from sandbox.openai.access import OF_ORGANIZATION
from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import USERS, User
from sandbox.openai.routing import Operations
from sandbox.openai.store import ORGANIZATION

operations = Operations()

PREDEFINED = {alias: role for role, alias in OF_ORGANIZATION.items()}


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
    role = _role(organization, body) or user.role
    if role != "owner":
        refuse_losing_the_last_owner(organization, user)
    changed = replace(
        user,
        technical_level=body.technical_level or user.technical_level,
        developer_persona=body.developer_persona or user.developer_persona,
    )
    changed = organization.access.set_organization_role(changed, role)
    organization.audit.record("user.updated", {"id": user.id, "changes_requested": {"role": role}})
    return draw(changed)


@operations.delete("/organization/users/{user_id}")
def delete_user(organization: Organization, call: Call) -> JSON:
    user = organization.people.get(call.path["user_id"])
    refuse_losing_the_last_owner(organization, user)
    organization.people.leave(user)
    organization.access.forget(user.id)
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
        "api_key_last_used_at": user.api_key_last_used_at,
        "technical_level": user.technical_level,
        "developer_persona": user.developer_persona,
    }


def _role(organization: Organization, body: UserUpdate) -> str | None:
    if body.role_id is not None:
        role = organization.roles.find(ORGANIZATION, body.role_id)
        if not role.predefined:
            raise invalid(f"The role {body.role_id} is given by an assignment.", "role_id")
        return PREDEFINED[role.id]
    return "reader" if body.role == "member" else body.role


def refuse_losing_the_last_owner(organization: Organization, user: User) -> None:
    """Raise ``Refusal`` (400) when *user* is the only owner."""
    if [owner.id for owner in organization.people.owners()] == [user.id]:
        raise invalid("An organization needs at least one owner.", "role")
