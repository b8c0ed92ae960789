"""Groups: who is in them, what a project lets them do, and what their members get from it."""

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import Project, User

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")


@pytest.fixture
def project(organization: Organization) -> Project:
    return organization.add_project(name="QA")


@pytest.fixture
async def group(api: httpx.AsyncClient) -> str:
    return str((await api.post("/groups", json={"name": "Writers"})).json()["id"])


async def roles_of(api: httpx.AsyncClient, project: Project, user: str) -> dict[str, object]:
    """Return what somebody holds in the project: names and where it comes from."""
    root = str(api.base_url).removesuffix("organization/")
    held = (await api.get(f"{root}projects/{project.id}/users/{user}/roles")).json()["data"]
    return {each["name"]: each["assignment_sources"] for each in held}


async def test_member_of_a_group_holds_its_role_in_the_project(
    api: httpx.AsyncClient, project: Project, reader: User, group: str, organization: Organization
) -> None:
    await api.post(f"/groups/{group}/users", json={"user_id": reader.id})
    before = await roles_of(api, project, reader.id)
    await api.post(f"/projects/{project.id}/groups", json={"group_id": group, "role": "role-api-project-viewer"})

    assert before == {}
    assert await roles_of(api, project, reader.id) == {"viewer": [{"principal_id": group, "principal_type": "group"}]}
    assert organization.access.allows(project.id, reader.id, "api.model.read")
    assert not organization.access.allows(project.id, reader.id, "api.model.request")
    assert (await api.get(f"/projects/{project.id}/users")).json()["data"] == []


async def test_access_is_the_union_of_all_roles(
    api: httpx.AsyncClient, project: Project, reader: User, group: str, organization: Organization
) -> None:
    organization.add_member(project.id, reader.id, "member")
    await api.post(f"/groups/{group}/users", json={"user_id": reader.id})
    await api.post(f"/projects/{project.id}/groups", json={"group_id": group, "role": "role-api-project-member"})

    await api.delete(f"/projects/{project.id}/users/{reader.id}")

    assert organization.access.allows(project.id, reader.id, "api.model.request")
    assert list(await roles_of(api, project, reader.id)) == ["member"]


async def test_role_held_both_ways_names_both_sources(
    api: httpx.AsyncClient, project: Project, reader: User, group: str, organization: Organization
) -> None:
    organization.add_member(project.id, reader.id, "member")
    alone = await roles_of(api, project, reader.id)
    await api.post(f"/groups/{group}/users", json={"user_id": reader.id})
    await api.post(f"/projects/{project.id}/groups", json={"group_id": group, "role": "role-api-project-member"})

    sources = (await roles_of(api, project, reader.id))["member"]

    assert alone == {"member": None}
    assert sources == [
        {"principal_id": reader.id, "principal_type": "user"},
        {"principal_id": group, "principal_type": "group"},
    ]


async def test_leaving_the_group_ends_what_came_through_it(
    api: httpx.AsyncClient, project: Project, reader: User, group: str, organization: Organization
) -> None:
    await api.post(f"/groups/{group}/users", json={"user_id": reader.id})
    await api.post(f"/projects/{project.id}/groups", json={"group_id": group, "role": "role-api-project-owner"})
    organization.add_user_key(project.id, reader.id, "laptop")
    active = (await api.get(f"/projects/{project.id}/api_keys")).json()["data"]

    await api.delete(f"/groups/{group}/users/{reader.id}")

    assert [key["owner_project_access"] for key in active] == ["active"]
    assert (await api.get(f"/projects/{project.id}/api_keys")).json()["data"] == []
    assert await roles_of(api, project, reader.id) == {}


async def test_bare_service_account_gets_its_rights_through_a_group(
    api: httpx.AsyncClient, project: Project, group: str, organization: Organization
) -> None:
    body = {"name": "ci", "create_service_account_only": True}
    account = (await api.post(f"/projects/{project.id}/service_accounts", json=body)).json()["id"]
    before = organization.access.permissions(project.id, account)
    await api.post(f"/groups/{group}/users", json={"user_id": account})
    await api.post(f"/projects/{project.id}/groups", json={"group_id": group, "role": "role-api-project-member"})

    member = (await api.get(f"/groups/{group}/users/{account}")).json()

    assert before == frozenset()
    assert organization.access.allows(project.id, account, "api.model.request")
    assert (member["name"], member["email"], member["is_service_account"]) == ("ci", None, True)


async def test_group_is_added_to_a_project_once(api: httpx.AsyncClient, project: Project, group: str) -> None:
    body = {"group_id": group, "role": "role-api-project-member"}
    answers = [await api.post(f"/projects/{project.id}/groups", json=body) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert f"Group {group} already exists in project" in answers[1].json()["error"]["message"]
    assert len((await api.get(f"/projects/{project.id}/groups")).json()["data"]) == 1


async def test_last_role_gone_means_the_group_is_out(api: httpx.AsyncClient, project: Project, group: str) -> None:
    root = str(api.base_url).removesuffix("organization/") + f"projects/{project.id}/groups/{group}/roles"
    await api.post(root, json={"role_id": "role-api-project-member"})
    await api.post(root, json={"role_id": "role-api-project-viewer"})

    first = await api.delete(f"{root}/role-api-project-member")
    still = (await api.get(f"/projects/{project.id}/groups/{group}")).status_code
    await api.delete(f"{root}/role-api-project-viewer")

    assert (first.status_code, still) == (200, 200)
    assert (await api.get(f"/projects/{project.id}/groups/{group}")).status_code == 404


async def test_deleted_group_leaves_nothing_behind(
    api: httpx.AsyncClient, project: Project, reader: User, group: str, organization: Organization
) -> None:
    await api.post(f"/groups/{group}/users", json={"user_id": reader.id})
    await api.post(f"/projects/{project.id}/groups", json={"group_id": group, "role": "role-api-project-member"})

    answer = await api.delete(f"/groups/{group}")

    assert answer.json() == {"object": "group.deleted", "id": group, "deleted": True}
    assert organization.access.permissions(project.id, reader.id) == frozenset()
    assert (await api.get(f"/projects/{project.id}/groups")).json()["data"] == []
    assert (await api.get(f"/groups/{group}/users")).status_code == 404


async def test_group_of_the_identity_provider_is_read_only(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, owner: User, reader: User, project: Project
) -> None:
    body = {"name": "Everybody", "scim_managed": True, "members": [reader.id]}
    group = (await sandbox.post("/groups", json=body)).json()["id"]

    refused = [
        await api.post(f"/groups/{group}", json={"name": "Other"}),
        await api.post(f"/groups/{group}/users", json={"user_id": owner.id}),
        await api.delete(f"/groups/{group}/users/{reader.id}"),
        await api.delete(f"/groups/{group}"),
    ]
    added = await api.post(
        f"/projects/{project.id}/groups", json={"group_id": group, "role": "role-api-project-member"}
    )

    assert [answer.status_code for answer in refused] == [400] * 4
    assert "identity provider" in refused[0].json()["error"]["message"]
    assert (await api.get(f"/groups/{group}")).json()["is_scim_managed"] is True
    assert added.status_code == 200


async def test_members_come_newest_first_in_pages(
    api: httpx.AsyncClient, group: str, owner: User, reader: User
) -> None:
    for user in (owner, reader):
        await api.post(f"/groups/{group}/users", json={"user_id": user.id})

    first = (await api.get(f"/groups/{group}/users?limit=1")).json()
    second = (await api.get(f"/groups/{group}/users", params={"limit": 1, "after": first["next"]})).json()
    nothing = (await api.get(f"/groups/{group}/users?limit=0")).json()

    assert [first["data"][0]["id"], second["data"][0]["id"]] == [reader.id, owner.id]
    assert (first["has_more"], second["has_more"], second["next"]) == (True, False, None)
    assert (nothing["data"], nothing["has_more"], nothing["next"]) == ([], True, None)


@pytest.mark.parametrize("name", ["", "x" * 256, None, 5])
async def test_name_has_1_to_255_characters(api: httpx.AsyncClient, name: object) -> None:
    answer = await api.post("/groups", json={"name": name})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "name")


async def test_member_is_added_once_and_unknown_people_never(api: httpx.AsyncClient, group: str, reader: User) -> None:
    path = f"/groups/{group}/users"
    answers = [await api.post(path, json={"user_id": each}) for each in (reader.id, reader.id, "user-nobody")]
    again = [await api.delete(f"{path}/{reader.id}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 400, 404]
    assert [answer.status_code for answer in again] == [200, 404]
