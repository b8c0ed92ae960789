"""Members of a project whose role changes or who leave, and invites taken back."""

import pytest

from tests.workflows.admin_api.rig import Answering, Sandbox, reply
from workflows.admin_api import AdminAPI, ProjectUser
from workflows.errors import AdminAPINotFound, AdminAPIRefused, AdminAPIThrottled


@pytest.fixture(name="membership")
async def _membership(api: AdminAPI, sandbox: Sandbox) -> tuple[str, str]:
    """Return a project and a member of it."""
    user = sandbox.organization.add_user(email="ada@example.com", name="Ada")
    project = await api.create_project("alpha")
    await api.add_project_user(project.id, user_id=user.id, role="member")
    return project.id, user.id


async def test_member_becomes_owner(api: AdminAPI, membership: tuple[str, str]) -> None:
    project_id, user_id = membership

    changed = await api.update_project_user(project_id, user_id, "owner")

    assert changed == ProjectUser(id=user_id, email="ada@example.com", name="Ada", role="owner")
    assert changed in await api.project_users(project_id)


async def test_role_of_who_is_no_member_is_not_found(api: AdminAPI, membership: tuple[str, str]) -> None:
    with pytest.raises(AdminAPINotFound, match="is not a member"):
        await api.update_project_user(membership[0], "user-nobody", "owner")


async def test_member_leaves_once_and_for_all(api: AdminAPI, sandbox: Sandbox, membership: tuple[str, str]) -> None:
    project_id, user_id = membership

    await api.remove_project_user(project_id, user_id)
    await api.remove_project_user(project_id, user_id)

    assert user_id not in {user.id for user in await api.project_users(project_id)}
    path = f"/v1/organization/projects/{project_id}/users/{user_id}"
    assert await sandbox.calls("DELETE", path) == [200, 400]


async def test_owner_of_the_organization_cannot_be_taken_out(api: AdminAPI, sandbox: Sandbox) -> None:
    boss = sandbox.organization.add_user(email="boss@example.com", name="Boss", role="owner")
    project = await api.create_project("alpha")
    await api.add_project_user(project.id, user_id=boss.id, role="owner")

    with pytest.raises(AdminAPIRefused, match="cannot be removed"):
        await api.remove_project_user(project.id, boss.id)


async def test_nobody_is_called_removed_from_a_missing_project(api: AdminAPI, membership: tuple[str, str]) -> None:
    with pytest.raises(AdminAPINotFound, match="proj_gone"):
        await api.remove_project_user("proj_gone", membership[1])


@pytest.mark.parametrize("status", [400, 404, 409])
@pytest.mark.parametrize(
    "message", ["User user-1 is not a member of proj_1", "User user-1 is not a member of the project."]
)
async def test_who_is_not_a_member_counts_as_removed(answering: Answering, status: int, message: str) -> None:
    body = {"error": {"message": message, "type": "invalid_request_error", "code": None}}

    await answering(reply(body, status)).api.remove_project_user("proj_1", "user-1")


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "Project alpha is archived"),
        (403, "This key is not a member of the organization"),
        (400, "User user-1 is not a member of proj_2"),
        (404, "Invalid URL (DELETE /v1/organization/projects/proj_1/users/user-1)"),
        (429, "You're making too many requests, please slow down."),
    ],
)
async def test_other_refusals_to_remove_are_told(answering: Answering, status: int, message: str) -> None:
    with pytest.raises(AdminAPIRefused):
        await answering(reply({"error": {"message": message}}, status)).api.remove_project_user("proj_1", "user-1")


async def test_throttled_removal_is_not_taken_for_done(api: AdminAPI, sandbox: Sandbox) -> None:
    await sandbox.arm("rate_limited", method="DELETE")

    with pytest.raises(AdminAPIThrottled):
        await api.delete_invite("invite-1")


async def test_invite_is_taken_back_once_and_for_all(api: AdminAPI, sandbox: Sandbox) -> None:
    invite = await api.create_invite("new@example.com", "reader", [])

    await api.delete_invite(invite.id)
    await api.delete_invite(invite.id)

    assert await api.invites() == []
    assert await sandbox.calls("DELETE", f"/v1/organization/invites/{invite.id}") == [200, 404]


async def test_accepted_invite_cannot_be_taken_back(api: AdminAPI, sandbox: Sandbox) -> None:
    invite = await api.create_invite("new@example.com", "reader", [])
    sandbox.organization.accept_invite(invite.id)

    with pytest.raises(AdminAPIRefused, match="accepted"):
        await api.delete_invite(invite.id)
