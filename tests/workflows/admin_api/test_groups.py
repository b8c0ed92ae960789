"""Groups of the organisation and in a project, against a local organisation over real HTTP."""

from typing import Any

import pytest

from tests.workflows.admin_api.rig import Answering, Sandbox, page
from workflows.admin_api import AdminAPI, Group, GroupUser, ProjectGroup
from workflows.errors import AdminAPINotFound, AdminAPIRefused, AdminAPIUnclear

MEMBER = "role-api-project-member"


async def test_groups_say_whose_they_are(api: AdminAPI, sandbox: Sandbox) -> None:
    ours = sandbox.organization.add_group(name="Research")
    theirs = sandbox.organization.add_group(name="Everybody", scim_managed=True)

    assert await api.groups() == [
        Group(id=ours.id, name="Research", scim_managed=False),
        Group(id=theirs.id, name="Everybody", scim_managed=True),
    ]


async def test_list_of_groups_longer_than_a_page_is_complete(api: AdminAPI, sandbox: Sandbox) -> None:
    for n in range(205):
        sandbox.organization.add_group(name=f"group {n}")

    assert len({group.id for group in await api.groups()}) == 205
    assert len(await sandbox.calls("GET", "/v1/organization/groups")) == 3


async def test_group_holds_people_and_service_accounts(api: AdminAPI, sandbox: Sandbox) -> None:
    ada = sandbox.organization.add_user(email="ada@example.com", name="Ada")
    account = await api.create_service_account((await api.create_project("alpha")).id, "ci")
    group = sandbox.organization.add_group(name="Research", member_ids=[ada.id, account.id])

    members = {member.id: member for member in await api.group_users(group.id)}

    assert members == {
        ada.id: GroupUser(id=ada.id, email="ada@example.com", name="Ada"),
        account.id: GroupUser(id=account.id, email="", name="ci"),
    }


async def test_members_of_no_group_are_not_found(api: AdminAPI) -> None:
    with pytest.raises(AdminAPINotFound):
        await api.group_users("group_gone")


async def test_group_gets_access_to_a_project_and_loses_it(api: AdminAPI, sandbox: Sandbox) -> None:
    group = sandbox.organization.add_group(name="Research")
    project = await api.create_project("alpha")

    added = await api.add_project_group(project.id, group.id, MEMBER)

    assert added == ProjectGroup(id=group.id, name="Research")
    assert await api.project_groups(project.id) == [added]
    await api.remove_project_group(project.id, group.id)
    await api.remove_project_group(project.id, group.id)
    assert await api.project_groups(project.id) == []


async def test_group_gets_access_only_once(api: AdminAPI, sandbox: Sandbox) -> None:
    group = sandbox.organization.add_group(name="Research")
    project = await api.create_project("alpha")
    await api.add_project_group(project.id, group.id, MEMBER)

    with pytest.raises(AdminAPIRefused, match="already exists in project"):
        await api.add_project_group(project.id, group.id, "role-api-project-viewer")


async def test_group_is_not_called_removed_from_a_missing_project(api: AdminAPI, sandbox: Sandbox) -> None:
    group = sandbox.organization.add_group(name="Research")

    with pytest.raises(AdminAPINotFound, match="proj_gone"):
        await api.remove_project_group("proj_gone", group.id)


@pytest.mark.parametrize(
    ("method", "item", "value"),
    [
        (AdminAPI.groups, {"id": "group_1"}, Group(id="group_1", name="", scim_managed=False)),
        (
            AdminAPI.groups,
            {"id": "group_1", "name": "x", "is_scim_managed": None, "scim_managed": True},
            Group(id="group_1", name="x", scim_managed=True),
        ),
        (
            lambda api: api.group_users("group_1"),
            {"id": "user-1", "email": None, "name": None, "is_service_account": True},
            GroupUser(id="user-1", email="", name="", service_account=True),
        ),
        (
            lambda api: api.project_groups("proj_1"),
            {"id": "group_1", "name": "x", "surprise": []},
            ProjectGroup(id="group_1", name="x"),
        ),
    ],
)
async def test_groups_are_read_leniently(answering: Answering, method: Any, item: Any, value: Any) -> None:
    assert await method(answering(page(item)).api) == [value]


async def test_group_that_does_not_say_clearly_whose_it_is_is_an_error(answering: Answering) -> None:
    """A guess would let the bot edit what the identity provider owns, or not what it does not."""
    with pytest.raises(AdminAPIUnclear, match="is_scim_managed is neither true nor false"):
        await answering(page({"id": "group_1", "is_scim_managed": "no"})).api.groups()
