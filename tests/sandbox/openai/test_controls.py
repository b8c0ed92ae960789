"""What a project may use: hosted tools under the organisation's policy, retention controls, service tiers, own keys."""

from typing import Any

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import Project

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")
TOOLS = {"file_search", "web_search", "image_generation", "mcp", "code_interpreter"}
AZURE = {"name": "EKM", "type": "azure", "key_name": "k", "tenant_id": "t", "vault_uri": "https://v"}


@pytest.fixture
def project(organization: Organization) -> Project:
    return organization.add_project(name="QA")


@pytest.fixture
def path(project: Project) -> str:
    return f"/projects/{project.id}"


def enabled(answer: httpx.Response) -> set[str]:
    return {tool for tool, permission in answer.json().items() if permission["enabled"]}


async def test_project_that_nobody_selected_has_no_tool(api: httpx.AsyncClient, path: str) -> None:
    answer = await api.get(f"{path}/hosted_tool_permissions")

    assert (set(answer.json()), enabled(answer)) == (TOOLS, set())


async def test_update_changes_only_the_tools_it_names(api: httpx.AsyncClient, path: str) -> None:
    await api.post(f"{path}/hosted_tool_permissions", json={"web_search": {"enabled": True}})
    await api.post(f"{path}/hosted_tool_permissions", json={"mcp": {"enabled": True}, "file_search": None})

    assert enabled(await api.get(f"{path}/hosted_tool_permissions")) == {"web_search", "mcp"}


@pytest.mark.parametrize(("policy", "against"), [("all", False), ("none", True)])
async def test_policy_of_the_organization_stands_above_the_project(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, path: str, policy: str, *, against: bool
) -> None:
    tools = f"{path}/hosted_tool_permissions"
    await sandbox.post("/organization", json={"hosted_tools": {"web_search": policy}})

    refused = await api.post(tools, json={"mcp": {"enabled": True}, "web_search": {"enabled": against}})
    same = await api.post(tools, json={"web_search": {"enabled": not against}})

    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "hosted_tool_forced")
    assert enabled(await api.get(tools)) == (set() if against else {"web_search"})
    assert same.status_code == 200


async def test_choice_of_the_project_comes_back_with_the_policy(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, path: str
) -> None:
    tools = f"{path}/hosted_tool_permissions"
    await api.post(tools, json={"mcp": {"enabled": True}})
    await sandbox.post("/organization", json={"hosted_tools": {"mcp": "none"}})
    meanwhile = enabled(await api.get(tools))
    await sandbox.post("/organization", json={"hosted_tools": {"mcp": "selected"}})

    assert (meanwhile, enabled(await api.get(tools))) == (set(), {"mcp"})


async def test_retention_of_a_project_is_its_own(api: httpx.AsyncClient, path: str) -> None:
    before = (await api.get(f"{path}/data_retention")).json()
    await api.post(f"{path}/data_retention", json={"retention_type": "none"})

    assert before == {"object": "project.data_retention", "type": "organization_default"}
    assert (await api.get(f"{path}/data_retention")).json()["type"] == "none"
    assert (await api.get("/data_retention")).json()["type"] == "modified_abuse_monitoring"


@pytest.mark.parametrize("place", ["", "/projects/{}"])
async def test_control_must_be_unlocked(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, project: Project, place: str
) -> None:
    path, body = f"{place.format(project.id)}/data_retention", {"retention_type": "enhanced_zero_data_retention"}
    locked = await api.post(path, json=body)
    await sandbox.post("/organization", json={"retention_controls": ["enhanced_zero_data_retention"]})
    unlocked = await api.post(path, json=body)

    assert (locked.status_code, locked.json()["error"]["param"]) == (400, "retention_type")
    assert (unlocked.status_code, unlocked.json()["type"]) == (200, body["retention_type"])


@pytest.mark.parametrize("control", ["none", "organization_default"])
async def test_organization_has_no_default_above_it(api: httpx.AsyncClient, control: str) -> None:
    assert (await api.post("/data_retention", json={"retention_type": control})).status_code == 400


async def test_tiers_change_together_or_not_at_all(api: httpx.AsyncClient, path: str) -> None:
    tiers = f"{path}/service_tier_settings"
    fresh = (await api.get(tiers)).json()
    both = (await api.post(tiers, json={"default": "fast", "enabled_tiers": ["fast", "flex", "fast"]})).json()
    refused = await api.post(tiers, json={"enabled_tiers": []})

    assert (fresh["default"], fresh["enabled_tiers"]) == ("standard", "all")
    assert (both["default"], both["enabled_tiers"]) == ("fast", ["fast", "flex"])
    assert refused.status_code == 400
    assert (await api.get(tiers)).json() == both
    assert (await api.post(tiers, json={"default": "standard"})).json()["enabled_tiers"] == ["fast", "flex"]


@pytest.mark.parametrize("body", [{"default": "flex"}, {"default": None}, {"enabled_tiers": "fast"}, {"tier": "x"}])
async def test_other_tiers_are_refused(api: httpx.AsyncClient, path: str, body: dict[str, Any]) -> None:
    assert (await api.post(f"{path}/service_tier_settings", json=body)).status_code == 400


async def test_external_key_knows_its_projects_and_is_not_removed_under_them(api: httpx.AsyncClient) -> None:
    key = (await api.post("/external_keys", json=AZURE)).json()["id"]
    project = (await api.post("/projects", json={"name": "EU", "external_key_id": key})).json()
    used = (await api.get(f"/external_keys/{key}")).json()["api_project_ids"]
    refused = await api.delete(f"/external_keys/{key}")
    kept = (await api.post(f"/projects/{project['id']}", json={"name": "EU 2"})).json()["external_key_id"]
    cleared = (await api.post(f"/projects/{project['id']}", json={"external_key_id": None})).json()

    assert (used, refused.status_code, kept) == ([project["id"]], 400, key)
    assert (cleared["name"], cleared["external_key_id"]) == ("EU 2", None)
    assert (await api.delete(f"/external_keys/{key}")).status_code == 200


async def test_external_key_must_be_known(api: httpx.AsyncClient) -> None:
    answer = await api.post("/projects", json={"name": "EU", "external_key_id": "ekm_nothing"})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "external_key_id")


@pytest.mark.parametrize(
    "body", [{**AZURE, "type": "aws"}, {**AZURE, "kms_arn": "x"}, {**AZURE, "type": "attic"}, {"name": "EKM"}]
)
async def test_each_cloud_has_its_own_words(api: httpx.AsyncClient, body: dict[str, Any]) -> None:
    assert (await api.post("/external_keys", json=body)).status_code == 400


async def test_external_keys_are_listed_by_purpose(api: httpx.AsyncClient) -> None:
    first = (await api.post("/external_keys", json=AZURE)).json()["id"]
    second = (await api.post("/external_keys", json={**AZURE, "purpose": "psp_decryption"})).json()["id"]

    listed = (await api.get("/external_keys?order=desc")).json()["data"]
    filtered = (await api.get("/external_keys?purpose=ekm")).json()["data"]

    assert [each["id"] for each in listed] == [second, first]
    assert [each["id"] for each in filtered] == [first]
