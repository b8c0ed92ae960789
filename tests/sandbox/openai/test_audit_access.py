"""What the audit log says of groups, roles and keys, and what it does not say of controls."""

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.event_types import event_types
from sandbox.openai.records import Project, User
from tests.support.openapi import ABSENT, Description

pytestmark = pytest.mark.usefixtures("wrong_on_purpose", "owner")
VIEWER = "role-api-project-viewer"


@pytest.fixture
def project(organization: Organization) -> Project:
    return organization.add_project(name="QA")


async def entries(api: httpx.AsyncClient, *resources: str) -> list[dict[str, object]]:
    """Return what happened to the resources (to anything, without), newest first, as the events' own part."""
    answer = await api.get("/audit_logs", params=[("resource_ids[]", each) for each in resources])
    return [{"type": each["type"], **each[each["type"]]} for each in answer.raise_for_status().json()["data"]]


def test_event_types_are_those_of_the_reference() -> None:
    description = Description.published()
    if description is None:
        pytest.skip(ABSENT)

    assert set(description.schemas["AuditLogEventType"]["enum"]) == event_types()


async def test_life_of_a_group_is_told(api: httpx.AsyncClient, reader: User) -> None:
    group = (await api.post("/groups", json={"name": "Writers"})).json()["id"]
    await api.post(f"/groups/{group}", json={"name": "Authors"})
    await api.post(f"/groups/{group}/users", json={"user_id": reader.id})
    await api.delete(f"/groups/{group}")

    assert await entries(api, group) == [
        {"type": "group.deleted", "id": group},
        {"type": "group.updated", "id": group, "changes_requested": {"group_name": "Authors"}},
        {"type": "group.created", "id": group, "data": {"group_name": "Writers"}},
    ]


async def test_group_let_in_and_out_is_an_assignment(api: httpx.AsyncClient, project: Project) -> None:
    group = (await api.post("/groups", json={"name": "Writers"})).json()["id"]
    await api.post(f"/projects/{project.id}/groups", json={"group_id": group, "role": VIEWER})
    await api.delete(f"/projects/{project.id}/groups/{group}")

    found = await entries(api, project.id)

    assert [each["type"] for each in found] == ["role.assignment.deleted", "role.assignment.created"]
    assert {key: value for key, value in found[1].items() if key != "type"} == {
        "id": f"{VIEWER}__api-project__{project.id}",
        "principal_id": group,
        "principal_type": "group",
        "resource_id": project.id,
        "resource_type": "api.project",
    }


async def test_change_of_a_role_says_what_came_and_went(api: httpx.AsyncClient, organization: Organization) -> None:
    body = {"role_name": "Own", "permissions": ["api.files.read", "api.model.read"]}
    role = (await api.post("/roles", json=body)).json()["id"]
    await api.post(f"/roles/{role}", json={"permissions": ["api.model.read", "api.files.write"]})

    changed, created = await entries(api, role)

    assert created["permissions"] == ["api.files.read", "api.model.read"]
    assert changed["changes_requested"] == {
        "permissions_added": ["api.files.write"],
        "permissions_removed": ["api.files.read"],
        "resource_type": "api.organization",
        "resource_id": organization.id,
    }


async def test_admin_key_and_external_key_are_told(api: httpx.AsyncClient) -> None:
    admin = (await api.post("/admin_api_keys", json={"name": "second"})).json()["id"]
    place = {"type": "azure", "key_name": "k", "tenant_id": "t", "vault_uri": "https://v"}
    external = (await api.post("/external_keys", json={"name": "EKM", **place})).json()["id"]
    await api.delete(f"/admin_api_keys/{admin}")
    await api.delete(f"/external_keys/{external}")

    assert [each["type"] for each in await entries(api, admin)] == ["api_key.deleted", "api_key.created"]
    assert [each["type"] for each in await entries(api, external)] == [
        "external_key.removed",
        "external_key.registered",
    ]


async def test_controls_and_members_of_groups_leave_no_event(
    api: httpx.AsyncClient, organization: Organization, project: Project, reader: User
) -> None:
    group, path = organization.add_group(name="Writers").id, f"/projects/{project.id}"
    for answer in (
        await api.post(f"{path}/hosted_tool_permissions", json={"mcp": {"enabled": True}}),
        await api.post(f"{path}/data_retention", json={"retention_type": "none"}),
        await api.post(f"{path}/service_tier_settings", json={"enabled_tiers": []}),
        await api.post("/data_retention", json={"retention_type": "zero_data_retention"}),
        await api.post(f"/groups/{group}/users", json={"user_id": reader.id}),
    ):
        assert answer.status_code == 200

    assert await entries(api) == []
