"""Roles: predefined and custom, their ids, giving and taking them, and what follows from that."""

from typing import Any

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import Project, User

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")
MEMBER = "role-api-project-member"
OWNER = "role-api-organization-owner"


@pytest.fixture
def project(organization: Organization) -> Project:
    return organization.add_project(name="QA")


@pytest.fixture
async def root(address: str, organization: Organization, project: Project) -> Any:
    """Yield a client whose paths begin below the project, at the root without ``/organization``."""
    headers = {"Authorization": f"Bearer {organization.admin_key}"}
    base = f"{address}/v1/projects/{project.id}"
    async with httpx.AsyncClient(base_url=base, headers=headers, timeout=10) as client:
        yield client


async def test_id_answered_is_not_the_one_sent(root: httpx.AsyncClient, project: Project, reader: User) -> None:
    given = (await root.post(f"/users/{reader.id}/roles", json={"role_id": MEMBER})).json()["role"]["id"]
    (listed,) = (await root.get(f"/users/{reader.id}/roles")).json()["data"]

    assert given == listed["id"] == f"{MEMBER}__api-project__{project.id}"
    assert [(await root.get(f"/users/{reader.id}/roles/{each}")).status_code for each in (given, MEMBER)] == [200, 200]


async def test_roles_of_the_organization_name_it_in_their_ids(
    api: httpx.AsyncClient, organization: Organization
) -> None:
    ids = {each["id"] for each in (await api.get("/roles")).json()["data"]}

    assert ids == {f"role-api-organization-{each}__api-organization__{organization.id}" for each in ("owner", "reader")}


async def test_id_of_another_project_is_unknown(
    root: httpx.AsyncClient, organization: Organization, reader: User
) -> None:
    other = organization.add_project(name="Other")
    body = {"role_id": f"{MEMBER}__api-project__{other.id}"}

    assert (await root.post(f"/users/{reader.id}/roles", json=body)).status_code == 404
    assert (await root.post(f"/users/{reader.id}/roles", json={"role_id": OWNER})).status_code == 404


async def test_alias_can_be_told_not_to_be_found(
    root: httpx.AsyncClient, sandbox: httpx.AsyncClient, reader: User
) -> None:
    scoped = (await root.post(f"/users/{reader.id}/roles", json={"role_id": MEMBER})).json()["role"]["id"]
    await sandbox.post("/faults", json={"fault": "alias_not_found", "count": None})

    statuses = [(await root.get(f"/users/{reader.id}/roles/{each}")).status_code for each in (MEMBER, scoped)]

    assert statuses == [404, 200]
    assert (await root.get(f"/roles/{MEMBER}")).status_code == 404
    assert len((await root.get(f"/users/{reader.id}/roles")).json()["data"]) == 1


async def test_ids_can_be_had_without_the_scope(root: httpx.AsyncClient, sandbox: httpx.AsyncClient) -> None:
    await sandbox.post("/organization", json={"role_ids": "alias"})

    ids = [each["id"] for each in (await root.get("/roles")).json()["data"]]

    assert ids == [f"role-api-project-{each}" for each in ("owner", "member", "viewer")]


async def test_role_makes_somebody_a_member_of_the_project(
    api: httpx.AsyncClient, root: httpx.AsyncClient, project: Project, reader: User
) -> None:
    await root.post(f"/users/{reader.id}/roles", json={"role_id": MEMBER})
    member = (await api.get(f"/projects/{project.id}/users/{reader.id}")).json()
    await root.delete(f"/users/{reader.id}/roles/{MEMBER}")

    assert member["role"] == "member"
    assert (await api.get(f"/projects/{project.id}/users/{reader.id}")).status_code == 404


async def test_viewer_is_a_member_by_assignment_only(
    api: httpx.AsyncClient, root: httpx.AsyncClient, project: Project, reader: User, organization: Organization
) -> None:
    refused = await api.post(f"/projects/{project.id}/users", json={"user_id": reader.id, "role": "viewer"})
    await root.post(f"/users/{reader.id}/roles", json={"role_id": "role-api-project-viewer"})

    assert refused.status_code == 400
    assert (await api.get(f"/projects/{project.id}/users/{reader.id}")).json()["role"] == "viewer"
    assert not organization.access.allows(project.id, reader.id, "api.model.request")


async def test_role_is_given_once(root: httpx.AsyncClient, reader: User) -> None:
    answers = [await root.post(f"/users/{reader.id}/roles", json={"role_id": MEMBER}) for _ in range(2)]
    gone = [await root.delete(f"/users/{reader.id}/roles/{MEMBER}") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert [answer.status_code for answer in gone] == [200, 404]


async def test_custom_role_grants_what_it_lists_and_stops_when_changed(
    root: httpx.AsyncClient, project: Project, reader: User, organization: Organization
) -> None:
    body = {"role_name": "Runner", "permissions": ["api.model.request"], "description": "Runs models."}
    role = (await root.post("/roles", json=body)).json()
    await root.post(f"/users/{reader.id}/roles", json={"role_id": role["id"]})
    before = organization.access.allows(project.id, reader.id, "api.model.request")

    changed = (await root.post(f"/roles/{role['id']}", json={"permissions": ["api.model.read"]})).json()

    assert (role["predefined_role"], role["resource_type"], before) == (False, "api.project", True)
    assert (changed["name"], changed["description"]) == ("Runner", "Runs models.")
    assert not organization.access.allows(project.id, reader.id, "api.model.request")


async def test_deleted_role_is_taken_from_everybody(
    api: httpx.AsyncClient, root: httpx.AsyncClient, project: Project, reader: User
) -> None:
    role = (await root.post("/roles", json={"role_name": "Runner", "permissions": []})).json()["id"]
    await root.post(f"/users/{reader.id}/roles", json={"role_id": role})

    await root.delete(f"/roles/{role}")

    assert (await root.get(f"/roles/{role}")).status_code == 404
    assert (await api.get(f"/projects/{project.id}/users")).json()["data"] == []


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"role_name": "owner", "permissions": []}, "role_name"),
        ({"role_name": " ", "permissions": []}, "role_name"),
        ({"role_name": "A", "permissions": ["api.management.write"]}, "permissions[0]"),
        ({"role_name": "A", "permissions": ["api.groups.read"]}, "permissions[0]"),
        ({"role_name": "A", "permissions": ["api.model.read", "rule.the.world"]}, "permissions[1]"),
        ({"role_name": "A"}, "permissions"),
    ],
)
async def test_custom_role_is_refused(root: httpx.AsyncClient, body: object, param: str) -> None:
    answer = await root.post("/roles", json=body)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


async def test_predefined_roles_stay_as_they_are(root: httpx.AsyncClient) -> None:
    changed = await root.post(f"/roles/{MEMBER}", json={"description": "mine"})
    deleted = await root.delete(f"/roles/{MEMBER}")

    assert (changed.status_code, deleted.status_code) == (400, 400)


async def test_owner_of_the_organization_is_made_by_a_role(
    api: httpx.AsyncClient, project: Project, owner: User, reader: User, organization: Organization
) -> None:
    organization.add_member(project.id, reader.id, "member")
    await api.post(f"/users/{reader.id}/roles", json={"role_id": OWNER})
    promoted = (await api.get(f"/users/{reader.id}")).json()["role"]
    in_project = (await api.get(f"/projects/{project.id}/users/{reader.id}")).json()["role"]
    await api.delete(f"/users/{reader.id}/roles/{OWNER}")

    assert (promoted, in_project) == ("owner", "owner")
    assert (await api.get(f"/users/{reader.id}")).json()["role"] == "reader"


async def test_last_owner_and_last_foothold_stay(api: httpx.AsyncClient, owner: User, reader: User) -> None:
    last = await api.delete(f"/users/{owner.id}/roles/{OWNER}")
    foothold = await api.delete(f"/users/{reader.id}/roles/role-api-organization-reader")

    assert (last.status_code, foothold.status_code) == (400, 400)


async def test_owner_through_a_group_owns_the_organization(
    api: httpx.AsyncClient, project: Project, owner: User, reader: User, organization: Organization
) -> None:
    group = (
        await api.post(
            "/groups",
            json={
                "name": "Platform",
            },
        )
    ).json()["id"]
    await api.post(f"/groups/{group}/users", json={"user_id": reader.id})
    await api.post(f"/groups/{group}/roles", json={"role_id": OWNER})

    assert organization.access.allows(project.id, reader.id, "api.model.request")
    assert (await api.get(f"/users/{reader.id}")).json()["role"] == "reader"


async def test_archived_project_has_no_roles_left(
    api: httpx.AsyncClient, root: httpx.AsyncClient, project: Project, reader: User, organization: Organization
) -> None:
    await root.post(f"/users/{reader.id}/roles", json={"role_id": MEMBER})
    await api.post(f"/projects/{project.id}/archive")

    assert (await root.get(f"/users/{reader.id}/roles")).status_code == 400
    assert organization.access.permissions(project.id, reader.id) == frozenset()


async def test_service_account_can_be_given_a_role(
    api: httpx.AsyncClient, root: httpx.AsyncClient, project: Project
) -> None:
    body = {"name": "ci", "create_service_account_only": True}
    account = (await api.post(f"/projects/{project.id}/service_accounts", json=body)).json()["id"]

    given = (await root.post(f"/users/{account}/roles", json={"role_id": MEMBER})).json()

    assert (given["user"]["id"], given["user"]["is_service_account"]) == (account, True)
    assert (await api.get(f"/projects/{project.id}/service_accounts/{account}")).json()["role"] == "member"
