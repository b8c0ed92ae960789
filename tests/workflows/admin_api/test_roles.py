"""Roles of a project and who holds them, against a local organisation over real HTTP."""

import httpx
import pytest

from tests.workflows.admin_api.rig import Answering, Sandbox, page, reply
from workflows.admin_api import AdminAPI, HeldRole
from workflows.errors import AdminAPINotFound, AdminAPIRefused

OWNER, MEMBER, VIEWER = (f"role-api-project-{name}" for name in ("owner", "member", "viewer"))
SCOPED = f"{MEMBER}__api-project__proj_1"
NOT_FOUND = {"error": {"message": f"The role {MEMBER} was not found", "code": "not_found"}}


@pytest.fixture(name="project_id")
async def _project_id(api: AdminAPI) -> str:
    return (await api.create_project("alpha")).id


@pytest.fixture(name="user_id")
def _user_id(sandbox: Sandbox) -> str:
    return sandbox.organization.add_user(email="ada@example.com", name="Ada").id


@pytest.mark.parametrize("role_ids", ["scoped", "alias"])
async def test_predefined_roles_go_by_their_alias(
    api: AdminAPI, sandbox: Sandbox, project_id: str, role_ids: str
) -> None:
    sandbox.organization.change_settings({"role_ids": role_ids})

    roles = {role.id: role for role in await api.project_roles(project_id)}

    assert set(roles) == {OWNER, MEMBER, VIEWER}
    assert (roles[VIEWER].name, roles[VIEWER].predefined) == ("viewer", True)
    assert "api.model.read" in roles[VIEWER].permissions < roles[MEMBER].permissions


async def test_custom_role_is_told_from_the_predefined(api: AdminAPI, sandbox: Sandbox, project_id: str) -> None:
    role_id = await _custom_role(sandbox, project_id)

    [custom] = [role for role in await api.project_roles(project_id) if not role.predefined]

    assert (custom.id, custom.name, custom.permissions) == (role_id, "auditor", frozenset({"api.files.read"}))


@pytest.mark.parametrize("role_ids", ["scoped", "alias"])
@pytest.mark.parametrize("quirk", [False, True])
async def test_role_is_given_and_taken(
    api: AdminAPI, sandbox: Sandbox, project_id: str, user_id: str, role_ids: str, *, quirk: bool
) -> None:
    sandbox.organization.change_settings({"role_ids": role_ids})
    if quirk:
        await sandbox.arm("alias_not_found", count=None)

    await api.assign_user_role(project_id, user_id, VIEWER)
    assert await api.user_roles(project_id, user_id) == [HeldRole(id=VIEWER, name="viewer", predefined=True)]

    await api.unassign_user_role(project_id, user_id, VIEWER)
    assert await api.user_roles(project_id, user_id) == []
    await api.unassign_user_role(project_id, user_id, VIEWER)


async def test_custom_role_is_given_to_a_group_and_taken(api: AdminAPI, sandbox: Sandbox, project_id: str) -> None:
    role_id = await _custom_role(sandbox, project_id)
    group = sandbox.organization.add_group(name="Research")

    await api.assign_group_role(project_id, group.id, role_id)
    assert await api.group_roles(project_id, group.id) == [HeldRole(id=role_id, name="auditor", predefined=False)]

    await api.unassign_group_role(project_id, group.id, role_id)
    assert await api.group_roles(project_id, group.id) == []
    await api.unassign_group_role(project_id, group.id, role_id)


async def test_service_account_holds_roles_like_a_user(api: AdminAPI, sandbox: Sandbox, project_id: str) -> None:
    account = await api.create_service_account(project_id, "ci")

    await api.assign_user_role(project_id, account.id, VIEWER)

    assert [role.id for role in await api.user_roles(project_id, account.id)] == [VIEWER]


async def test_inherited_role_names_its_groups(api: AdminAPI, sandbox: Sandbox, project_id: str, user_id: str) -> None:
    group = sandbox.organization.add_group(name="Research", member_ids=[user_id])
    await api.add_project_group(project_id, group.id, MEMBER)

    [inherited] = await api.user_roles(project_id, user_id)
    assert inherited == HeldRole(id=MEMBER, name="member", predefined=True, sources=(group.id,), direct=False)

    await api.assign_user_role(project_id, user_id, MEMBER)
    [both] = await api.user_roles(project_id, user_id)
    assert (both.sources, both.direct) == ((group.id,), True)


async def test_inherited_role_stays_when_it_is_taken_from_the_person(
    api: AdminAPI, sandbox: Sandbox, project_id: str, user_id: str
) -> None:
    group = sandbox.organization.add_group(name="Research", member_ids=[user_id])
    await api.add_project_group(project_id, group.id, MEMBER)

    await api.unassign_user_role(project_id, user_id, MEMBER)

    assert [role.id for role in await api.user_roles(project_id, user_id)] == [MEMBER]


async def test_role_given_twice_is_refused(api: AdminAPI, project_id: str, user_id: str) -> None:
    await api.assign_user_role(project_id, user_id, VIEWER)

    with pytest.raises(AdminAPIRefused, match="already has the role"):
        await api.assign_user_role(project_id, user_id, VIEWER)


async def test_role_of_who_does_not_exist_counts_as_taken(api: AdminAPI, project_id: str) -> None:
    await api.unassign_user_role(project_id, "user-gone", MEMBER)


async def test_role_is_not_called_taken_in_a_missing_project(api: AdminAPI, user_id: str) -> None:
    with pytest.raises(AdminAPINotFound, match="proj_gone"):
        await api.unassign_user_role("proj_gone", user_id, MEMBER)


# The alias that is sent is not the id that is answered


def sent(wire: list[httpx.Request]) -> list[tuple[str, str]]:
    return [
        (request.method, request.url.path.removeprefix("/v1/projects/proj_1/users/user-1/roles")) for request in wire
    ]


async def test_assignment_not_found_by_its_alias_is_taken_by_its_full_id(answering: Answering) -> None:
    scripted = answering(reply(NOT_FOUND, 404), page({"id": SCOPED, "predefined_role": True}), reply({"deleted": True}))

    await scripted.api.unassign_user_role("proj_1", "user-1", MEMBER)

    assert sent(scripted.wire.sent) == [("DELETE", f"/{MEMBER}"), ("GET", ""), ("DELETE", f"/{SCOPED}")]


@pytest.mark.parametrize(
    "listed",
    [
        pytest.param([], id="none"),
        pytest.param([{"id": f"{OWNER}__api-project__proj_1"}], id="another"),
    ],
)
async def test_assignment_in_no_list_is_gone(answering: Answering, listed: list[dict[str, str]]) -> None:
    scripted = answering(reply(NOT_FOUND, 404), page(*listed))

    await scripted.api.unassign_user_role("proj_1", "user-1", MEMBER)

    assert [method for method, _ in sent(scripted.wire.sent)] == ["DELETE", "GET"]


@pytest.mark.parametrize("full_id", [SCOPED, MEMBER])
async def test_assignment_that_is_listed_and_not_found_is_an_error(answering: Answering, full_id: str) -> None:
    scripted = answering(reply(NOT_FOUND, 404), page({"id": full_id}), reply(NOT_FOUND, 404))

    with pytest.raises(AdminAPINotFound):
        await scripted.api.unassign_user_role("proj_1", "user-1", MEMBER)

    deleted = [path for method, path in sent(scripted.wire.sent) if method == "DELETE"]
    assert len(deleted) == len(set(deleted))  # none is sent twice


async def test_inherited_assignment_that_is_not_found_is_no_error(answering: Answering) -> None:
    source = {"principal_id": "group_1", "principal_type": "group"}
    listed = {"id": SCOPED, "assignment_sources": [source]}

    await answering(reply(NOT_FOUND, 404), page(listed), reply(NOT_FOUND, 404)).api.unassign_user_role(
        "proj_1", "user-1", MEMBER
    )


async def test_full_id_of_another_project_takes_nothing_here(answering: Answering) -> None:
    scripted = answering(reply(NOT_FOUND, 404), page({"id": SCOPED}))

    await scripted.api.unassign_user_role("proj_1", "user-1", f"{MEMBER}__api-project__proj_2")

    assert [method for method, _ in sent(scripted.wire.sent)] == ["DELETE", "GET"]


async def test_roles_live_outside_the_organization(answering: Answering) -> None:
    scripted = answering(page(), page(), reply({}))

    await scripted.api.project_roles("proj_1")
    await scripted.api.group_roles("proj_1", "group_1")
    await scripted.api.assign_group_role("proj_1", "group_1", MEMBER)

    assert [request.url.path for request in scripted.wire.sent] == [
        "/v1/projects/proj_1/roles",
        "/v1/projects/proj_1/groups/group_1/roles",
        "/v1/projects/proj_1/groups/group_1/roles",
    ]


async def _custom_role(sandbox: Sandbox, project_id: str) -> str:
    body = {"role_name": "auditor", "permissions": ["api.files.read"]}
    headers = {"Authorization": f"Bearer {sandbox.organization.admin_key}"}
    made = await sandbox.http.post(f"/v1/projects/{project_id}/roles", json=body, headers=headers)
    return str(made.json()["id"])
