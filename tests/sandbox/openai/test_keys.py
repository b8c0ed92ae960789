"""Service accounts and keys: values appear once, expiry is kept, owners decide what is listed."""

from pathlib import Path

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import Project, User

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")


@pytest.fixture
def project(organization: Organization) -> Project:
    return organization.add_project(name="QA")


@pytest.fixture
def path(project: Project) -> str:
    return f"/projects/{project.id}"


async def test_value_of_a_key_appears_once(api: httpx.AsyncClient, path: str) -> None:
    made = (await api.post(f"{path}/service_accounts", json={"name": "ci"})).json()
    value, account = made["api_key"]["value"], made["id"]
    second = (await api.post(f"{path}/service_accounts/{account}/api_keys")).json()

    later = [
        await api.get(f"{path}/service_accounts/{account}"),
        await api.get(f"{path}/api_keys?owner_project_access=any"),
        await api.get(f"{path}/api_keys/{made['api_key']['id']}"),
        await api.get("/audit_logs?limit=100"),
    ]

    assert value != second["value"]
    assert not [answer for answer in later if value in answer.text or second["value"] in answer.text]


async def test_no_value_is_kept_anywhere(tmp_path: Path) -> None:
    organization = Organization(data=tmp_path)
    project = organization.add_project(name="QA")
    user = organization.add_user(email="a@example.com", name="A")
    key, value = organization.add_user_key(project.id, user.id, "laptop")
    organization.close()

    assert value not in (tmp_path / "organization.jsonl").read_text("utf-8")
    assert organization.keys.recognise(value) == key


async def test_account_made_alone_has_no_role_and_no_key(api: httpx.AsyncClient, path: str) -> None:
    body = {"name": "bare", "create_service_account_only": True}
    account = (await api.post(f"{path}/service_accounts", json=body)).json()
    both = await api.post(f"{path}/service_accounts", json={**body, "expires_in_seconds": 60})

    assert (account["role"], account["api_key"]) == ("none", None)
    assert (both.status_code, both.json()["error"]["param"]) == (400, "expires_in_seconds")
    assert (await api.get(f"{path}/api_keys?owner_project_access=any")).json()["data"] == []


@pytest.mark.parametrize("seconds", [0, -1, 31_536_001, "60", 1.5])
async def test_lifetime_is_between_a_second_and_a_year(api: httpx.AsyncClient, path: str, seconds: object) -> None:
    answer = await api.post(f"{path}/service_accounts", json={"name": "ci", "expires_in_seconds": seconds})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "expires_in_seconds")


async def test_expired_key_cannot_be_revived(api: httpx.AsyncClient, path: str, organization: Organization) -> None:
    body = {"name": "ci", "expires_in_seconds": 60}
    key = (await api.post(f"{path}/service_accounts", json=body)).json()["api_key"]["id"]
    alive = await api.post(f"{path}/api_keys/{key}", json={"expires_in_seconds": 120})
    organization.clock.advance(121)

    dead = await api.post(f"{path}/api_keys/{key}", json={"expires_in_seconds": 120})

    assert (alive.status_code, dead.status_code) == (200, 400)


async def test_update_leaves_alone_what_it_does_not_name(
    api: httpx.AsyncClient, path: str, organization: Organization
) -> None:
    body = {"name": "ci", "expires_in_seconds": 60}
    key = (await api.post(f"{path}/service_accounts", json=body)).json()["api_key"]
    answer = await api.post(f"{path}/api_keys/{key['id']}", json={"scopes": ["api.all.read"]})
    null = await api.post(f"{path}/api_keys/{key['id']}", json={"scopes": None})

    assert answer.json()["expires_at"] == key["expires_at"]
    assert "scopes" not in answer.json()
    assert (null.status_code, null.json()["error"]["param"]) == (400, "scopes")


async def test_keys_of_an_account_die_with_it(api: httpx.AsyncClient, path: str) -> None:
    account = (await api.post(f"{path}/service_accounts", json={"name": "ci"})).json()
    await api.post(f"{path}/service_accounts/{account['id']}/api_keys", json={"name": "second"})

    await api.delete(f"{path}/service_accounts/{account['id']}")

    assert (await api.get(f"{path}/api_keys?owner_project_access=any")).json()["data"] == []
    assert (await api.get(f"{path}/api_keys/{account['api_key']['id']}")).status_code == 404


@pytest.mark.parametrize(
    ("query", "names"),
    [("", ["ci"]), ("?owner_project_access=active", ["ci"]), ("?owner_project_access=inactive", ["laptop"])],
)
async def test_key_whose_owner_lost_access_is_listed_on_request(
    api: httpx.AsyncClient,
    path: str,
    organization: Organization,
    project: Project,
    reader: User,
    query: str,
    names: list[str],
) -> None:
    organization.add_member(project.id, reader.id)
    organization.add_user_key(project.id, reader.id, "laptop")
    account = (await api.post(f"{path}/service_accounts", json={"name": "x"})).json()
    await api.post(f"{path}/service_accounts/{account['id']}/api_keys", json={"name": "ci"})
    await api.delete(f"{path}/api_keys/{account['api_key']['id']}")
    await api.delete(f"{path}/users/{reader.id}")

    listed = (await api.get(f"{path}/api_keys{query}")).json()["data"]
    everything = (await api.get(f"{path}/api_keys?owner_project_access=any")).json()["data"]

    assert [key["name"] for key in listed] == names
    assert {key["owner"]["type"] for key in everything} == {"user", "service_account"}


async def test_key_of_a_project_is_unknown_in_another(
    api: httpx.AsyncClient, path: str, organization: Organization
) -> None:
    other = organization.add_project(name="Other")
    account = (await api.post(f"{path}/service_accounts", json={"name": "ci"})).json()

    answers = [
        await api.get(f"/projects/{other.id}/api_keys/{account['api_key']['id']}"),
        await api.delete(f"/projects/{other.id}/service_accounts/{account['id']}"),
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
