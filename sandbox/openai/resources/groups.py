"""Groups of the organisation and who is in them: people and service accounts.

Source: Administration API reference, Groups and Group users. A SCIM group is the identity provider's: it is read
here, not changed. The audit log has events for groups, none for who is in them.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import Refusal, invalid, not_found
from sandbox.openai.organization import Organization
from sandbox.openai.paging import NextCursor, next_page
from sandbox.openai.records import (
    GROUP_MEMBERS,
    GROUPS,
    PROJECT_GROUPS,
    PROJECTS,
    Group,
    GroupMember,
    ServiceAccount,
    User,
)
from sandbox.openai.routing import Operations

operations = Operations()


class GroupCursor(NextCursor):
    limit: int = Field(default=100, ge=0, le=1000)


class MemberCursor(GroupCursor):
    order: Literal["asc", "desc"] = "desc"


class GroupBody(Body):
    name: Annotated[str, StringConstraints(min_length=1, max_length=255)]


class GroupUserCreate(Body):
    user_id: str


@operations.get("/organization/groups")
def list_groups(organization: Organization, call: Call) -> JSON:
    return next_page(organization.store[GROUPS].of().values(), call.question(GroupCursor), draw)


@operations.post("/organization/groups")
def create_group(organization: Organization, call: Call) -> JSON:
    group = organization.add_group(name=call.body(GroupBody).name)
    organization.audit.record("group.created", {"id": group.id, "data": {"group_name": group.name}})
    return draw(group)


@operations.get("/organization/groups/{group_id}")
def get_group(organization: Organization, call: Call) -> JSON:
    return draw(found(organization, call))


@operations.post("/organization/groups/{group_id}")
def rename_group(organization: Organization, call: Call) -> JSON:
    group = _editable(organization, call)
    renamed = organization.store[GROUPS].put(group.id, replace(group, name=call.body(GroupBody).name))
    details = {"id": group.id, "changes_requested": {"group_name": renamed.name}}
    organization.audit.record("group.updated", details)
    return {name: value for name, value in draw(renamed).items() if name != "group_type"}


@operations.delete("/organization/groups/{group_id}")
def delete_group(organization: Organization, call: Call) -> JSON:
    group = _editable(organization, call)
    organization.access.forget(group.id)
    for project_id in organization.store[PROJECTS].of():
        if organization.store[PROJECT_GROUPS].get(group.id, project_id):
            organization.store[PROJECT_GROUPS].remove(group.id, project_id)
    organization.store[GROUP_MEMBERS].clear(group.id)
    organization.store[GROUPS].remove(group.id)
    organization.audit.record("group.deleted", {"id": group.id})
    return {"object": "group.deleted", "id": group.id, "deleted": True}


@operations.get("/organization/groups/{group_id}/users")
def list_members(organization: Organization, call: Call) -> JSON:
    members = organization.store[GROUP_MEMBERS].of(found(organization, call).id)
    people = [organization.people.principal(member_id) for member_id in members]
    return next_page(people, call.question(MemberCursor), _draw_briefly)


@operations.post("/organization/groups/{group_id}/users")
def add_member(organization: Organization, call: Call) -> JSON:
    group, body = _editable(organization, call), call.body(GroupUserCreate)
    person = organization.people.principal(body.user_id)
    if organization.store[GROUP_MEMBERS].get(person.id, group.id):
        raise invalid(f"User {person.id} already exists in group {group.id}", "user_id", "user_already_exists")
    organization.store[GROUP_MEMBERS].put(person.id, GroupMember(id=person.id), group.id)
    return {"object": "group.user", "user_id": person.id, "group_id": group.id}


@operations.get("/organization/groups/{group_id}/users/{user_id}")
def get_member(organization: Organization, call: Call) -> JSON:
    person = organization.people.principal(_member(organization, found(organization, call), call).id)
    return {
        **_draw_briefly(person),
        "picture": None,
        "is_service_account": isinstance(person, ServiceAccount),
        "user_type": "user",
    }


@operations.delete("/organization/groups/{group_id}/users/{user_id}")
def remove_member(organization: Organization, call: Call) -> JSON:
    group = _editable(organization, call)
    organization.store[GROUP_MEMBERS].remove(_member(organization, group, call).id, group.id)
    return {"object": "group.user.deleted", "deleted": True}


def draw(group: Group) -> JSON:
    return {
        "id": group.id,
        "name": group.name,
        "created_at": group.created_at,
        "is_scim_managed": group.scim_managed,
        "group_type": "group",
    }


def found(organization: Organization, call: Call) -> Group:
    """Find the group the path names. Raises ``Refusal`` (404)."""
    group = organization.store[GROUPS].get(call.path["group_id"])
    if group is None:
        raise not_found("group", call.path["group_id"])
    return group


def _draw_briefly(person: User | ServiceAccount) -> JSON:
    email = person.email if isinstance(person, User) else None
    return {"id": person.id, "name": person.name, "email": email}


def _editable(organization: Organization, call: Call) -> Group:
    group = found(organization, call)
    if group.scim_managed:
        raise invalid(f"The group {group.name} is controlled by your identity provider.", code="group_scim_managed")
    return group


def _member(organization: Organization, group: Group, call: Call) -> GroupMember:
    member = organization.store[GROUP_MEMBERS].get(call.path["user_id"], group.id)
    if member is None:
        raise Refusal(404, f"User {call.path['user_id']} is not a member of {group.id}", code="not_a_member")
    return member
