"""Invites to the organisation, which promise memberships in projects.

Source: Administration API reference, Invites. Without ``projects`` the Default project is promised, ``[]`` promises
none. An invite lives seven days here; OpenAI does not say.
"""

from typing import Annotated, Literal

from pydantic import StringConstraints

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid, not_found
from sandbox.openai.ids import identifier
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import INVITES, Invite, ProjectGrant
from sandbox.openai.routing import Operations

operations = Operations()

LIFETIME = 7 * 86_400
EMAIL = r"^[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+$"


class Grant(Body):
    id: str
    role: Literal["member", "owner"]


class InviteRequest(Body):
    email: Annotated[str, StringConstraints(pattern=EMAIL)]
    role: Literal["reader", "owner"]
    projects: tuple[Grant, ...] | None = None


@operations.get("/organization/invites")
def list_invites(organization: Organization, call: Call) -> JSON:
    now = organization.clock.now()
    invites = organization.store[INVITES].of().values()
    return id_page(invites, call.question(Cursor), lambda invite: draw(invite, now))


@operations.post("/organization/invites")
def create_invite(organization: Organization, call: Call) -> JSON:
    body, now = call.body(InviteRequest), organization.clock.now()
    organization.people.refuse_member(body.email)
    invite = Invite(
        id=identifier("invite-"),
        email=body.email,
        role=body.role,
        projects=_grants(organization, body),
        created_at=now,
        expires_at=now + LIFETIME,
    )
    organization.store[INVITES].put(invite.id, invite)
    details = {"id": invite.id, "data": {"email": invite.email, "role": invite.role}}
    organization.audit.record("invite.sent", details)
    return draw(invite, now)


@operations.get("/organization/invites/{invite_id}")
def get_invite(organization: Organization, call: Call) -> JSON:
    return draw(_invite(organization, call), organization.clock.now())


@operations.delete("/organization/invites/{invite_id}")
def delete_invite(organization: Organization, call: Call) -> JSON:
    invite = _invite(organization, call)
    if invite.accepted_at is not None:
        raise invalid(f"The invite {invite.id} has been accepted and cannot be deleted.")
    organization.store[INVITES].remove(invite.id)
    organization.audit.record("invite.deleted", {"id": invite.id})
    return {"object": "organization.invite.deleted", "id": invite.id, "deleted": True}


def draw(invite: Invite, now: int) -> JSON:
    return {
        "object": "organization.invite",
        "id": invite.id,
        "email": invite.email,
        "role": invite.role,
        "status": invite.status(now),
        "created_at": invite.created_at,
        "expires_at": invite.expires_at,
        "accepted_at": invite.accepted_at,
        "projects": [{"id": grant.id, "role": grant.role} for grant in invite.projects],
    }


def _grants(organization: Organization, body: InviteRequest) -> tuple[ProjectGrant, ...]:
    if body.projects is None:
        return (ProjectGrant(id=organization.default_project.id, role="member"),)
    for grant in body.projects:
        organization.active_project(grant.id)
    return tuple(ProjectGrant(id=grant.id, role=grant.role) for grant in body.projects)


def _invite(organization: Organization, call: Call) -> Invite:
    invite = organization.store[INVITES].get(call.path["invite_id"])
    if invite is None:
        raise not_found("invite", call.path["invite_id"])
    return invite
