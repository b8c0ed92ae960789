"""With a directory the organisation outlives its process, however that ends."""

import asyncio
import contextlib
import json
import signal
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.openai import Organization, create_app
from sandbox.openai.records import AUDIT_ENTRIES, PROJECTS, SERVICE_ACCOUNTS, USERS
from sandbox.openai.store import ORGANIZATION
from tests.sandbox.openai.sample_certificates import AUTHORITY

CONTROLS = ("groups", "hosted_tool_permissions", "data_retention", "service_tier_settings", "certificates")
SERVER = """
import asyncio, sys
from pathlib import Path
from sandbox.openai import Organization, create_app
from sandbox.serving import serving

async def main():
    organization = Organization(admin_key="sk-admin-test", data=Path(sys.argv[1]))
    async with serving(create_app(organization)) as address:
        print(address, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def organization(tmp_path: Path) -> Iterator[Organization]:
    organization = Organization(data=tmp_path)
    yield organization
    organization.close()


def reopened(organization: Organization, directory: Path) -> Organization:
    """Return what a new process finds, for reading."""
    organization.close()
    again = Organization(data=directory)
    again.close()  # it can still be read
    return again


async def fill(organization: Organization) -> str:
    """Use every sort of record; return all that the API then shows."""
    organization.add_user(email="olga@example.com", name="Olga", role="owner")
    async with client(organization) as api:
        project = (await api.post("/projects", json={"name": "QA"})).json()
        path = f"/projects/{project['id']}"
        limit = {"threshold_amount": 900, "currency": "USD", "interval": "month"}
        channel = {"type": "email", "recipients": ["fin@example.com"]}
        await api.post("/invites", json={"email": "new@example.com", "role": "reader"})
        await api.post(f"{path}/users", json={"email": "olga@example.com", "role": "member"})
        await api.post(f"{path}/service_accounts", json={"name": "ci", "expires_in_seconds": 60})
        await api.post(f"{path}/model_permissions", json={"mode": "allow_list", "model_ids": ["o3"]})
        await api.post(f"{path}/rate_limits/rl-o3", json={"max_requests_per_1_minute": 5})
        await api.post(f"{path}/spend_limit", json=limit)
        await api.post(f"{path}/spend_alerts", json={**limit, "notification_channel": channel})
        await controls(api, path)
        await roles(api, path)
        organization.add_spend(project["id"], Decimal("1.23"), "o3", date(2026, 11, 1), api_key_id="key_1")
        organization.add_spend(project["id"], Decimal("0.02"), "o3", date(2026, 11, 1), api_key_id="key_1")
    return await everything(organization, project["id"])


async def controls(api: httpx.AsyncClient, path: str) -> None:
    key = {"name": "EKM", "type": "azure", "key_name": "k", "tenant_id": "t", "vault_uri": "https://v"}
    certificate = (await api.post("/certificates", json={"certificate": AUTHORITY})).json()["id"]
    calls: dict[str, dict[str, Any]] = {
        f"{path}/hosted_tool_permissions": {"web_search": {"enabled": True}},
        f"{path}/data_retention": {"retention_type": "none"},
        f"{path}/service_tier_settings": {"enabled_tiers": ["flex"]},
        f"{path}/certificates/activate": {"certificate_ids": [certificate]},
        "/data_retention": {"retention_type": "zero_data_retention"},
        "/external_keys": key,
        "/admin_api_keys": {"name": "second", "expires_in_seconds": 60},
    }
    for place, body in calls.items():
        (await api.post(place, json=body)).raise_for_status()


async def roles(api: httpx.AsyncClient, path: str) -> None:
    """Let a service account be in a group that has a custom role in the project."""
    group = (await api.post("/groups", json={"name": "Writers"})).json()["id"]
    account = (await api.get(f"{path}/service_accounts")).json()["data"][0]["id"]
    body = {"role_name": "Group manager", "permissions": ["api.groups.read"]}
    role = (await api.post("/roles", json=body)).json()["id"]
    (await api.post(f"/groups/{group}/users", json={"user_id": account})).raise_for_status()
    (await api.post(f"/groups/{group}/roles", json={"role_id": role})).raise_for_status()
    given = {"group_id": group, "role": "role-api-project-viewer"}
    (await api.post(f"{path}/groups", json=given)).raise_for_status()


async def everything(organization: Organization, project_id: str) -> str:
    path = f"/projects/{project_id}"
    async with client(organization) as api:
        answers = [
            await api.get(each)
            for each in (
                *("/projects", "/users", "/invites", "/audit_logs", path, f"{path}/users", f"{path}/api_keys"),
                *(f"{path}/model_permissions", f"{path}/rate_limits", f"{path}/spend_limit", f"{path}/spend_alerts"),
                *(f"{path}/{each}" for each in CONTROLS),
                *("/groups", "/roles", "/certificates", "/external_keys", "/admin_api_keys", "/data_retention"),
                *(f"{path}/service_accounts", "/costs?start_time=1793491200&limit=1&group_by=line_item"),
            )
        ]
    assert {answer.status_code for answer in answers} == {200}
    return "\n".join(answer.text for answer in answers)


def client(organization: Organization) -> httpx.AsyncClient:
    headers = {"Authorization": f"Bearer {organization.admin_key}"}
    transport = httpx.ASGITransport(create_app(organization))
    return httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1/v1/organization", headers=headers)


async def test_everything_is_there_after_a_restart(organization: Organization, tmp_path: Path) -> None:
    organization.clock.set(1_795_000_000)
    before = await fill(organization)
    project = list(organization.store[PROJECTS].of().values())[-1]

    again = reopened(organization, tmp_path)
    (account,) = again.store[SERVICE_ACCOUNTS].of(project.id)

    assert await everything(again, project.id) == before
    assert [held.role.name for held in again.access.held(project.id, account)] == ["member", "viewer"]
    assert [held.role.name for held in again.access.held(ORGANIZATION, account)] == ["Group manager"]
    assert (again.id, again.admin_key) == (organization.id, organization.admin_key)
    assert again.clock.now() - 1_795_000_000 < 60


async def create_projects(address: str, answered: set[str]) -> None:
    """Create one project after the other until the server is gone."""
    headers = {"Authorization": "Bearer sk-admin-test"}
    async with httpx.AsyncClient(base_url=f"{address}/v1/organization", headers=headers, timeout=10) as api:
        with contextlib.suppress(httpx.TransportError):
            while True:
                answered.add((await api.post("/projects", json={"name": "QA"})).json()["id"])


async def test_server_killed_in_the_middle_keeps_what_it_answered(tmp_path: Path) -> None:
    answered: set[str] = set()
    for round_ in (1, 2):
        server = await asyncio.create_subprocess_exec(
            sys.executable, "-c", SERVER, str(tmp_path), stdout=asyncio.subprocess.PIPE
        )
        assert server.stdout
        address = (await asyncio.wait_for(server.stdout.readline(), 60)).decode().strip()
        async with asyncio.timeout(60), asyncio.TaskGroup() as group:
            clients = [group.create_task(create_projects(address, answered)) for _ in range(4)]
            while len(answered) < 15 * round_:
                await asyncio.wait(clients, timeout=0.01)
            server.send_signal(signal.SIGKILL)
        await server.wait()

    organization = Organization(data=tmp_path)
    organization.close()
    kept = set(organization.store[PROJECTS].of()) - {organization.default_project.id}
    assert answered <= kept
    assert len(organization.store[AUDIT_ENTRIES].of()) == len(kept)


async def test_change_written_half_never_happened(organization: Organization, tmp_path: Path) -> None:
    organization.add_user(email="a@example.com", name="A")
    organization.close()
    file = tmp_path / "organization.jsonl"
    whole = file.read_bytes()
    torn = b'[["users","organization","user-b",{"id":"user-b","em'
    file.write_bytes(whole + torn)

    again = reopened(organization, tmp_path)

    assert [user.name for user in again.store[USERS].of().values()] == ["A"]


async def test_damaged_file_is_named_with_the_line(organization: Organization, tmp_path: Path) -> None:
    organization.close()
    file = tmp_path / "organization.jsonl"
    file.write_bytes(b"rubbish\n" + file.read_bytes())

    with pytest.raises(ValueError, match=r"organization\.jsonl is damaged at line 1"):
        Organization(data=tmp_path)


async def test_directory_has_one_user_at_a_time(organization: Organization, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="in use by another sandbox"):
        Organization(data=tmp_path)


async def test_other_admin_key_opens_the_same_organization(organization: Organization, tmp_path: Path) -> None:
    organization.add_project(name="QA")
    organization.close()

    again = Organization(admin_key="sk-admin-other", data=tmp_path)
    again.close()

    assert (again.id, again.admin_key) == (organization.id, "sk-admin-other")
    assert [project.name for project in again.store[PROJECTS].of().values()] == ["Default project", "QA"]


async def test_file_shrinks_to_what_is_true_now(organization: Organization, tmp_path: Path) -> None:
    for _ in range(200):
        organization.clock.advance(1)
    grown = (tmp_path / "organization.jsonl").stat().st_size

    reopened(organization, tmp_path)

    assert (tmp_path / "organization.jsonl").stat().st_size < grown / 10


async def test_failed_change_leaves_nothing_behind(organization: Organization, tmp_path: Path) -> None:
    organization.add_project(name="QA")
    users, projects = organization.store[USERS], organization.store[PROJECTS]
    before, default = dict(projects.of()), organization.default_project.id

    def fail_half_way() -> None:
        with organization.store.transaction():
            organization.add_user(email="a@example.com", name="A")
            organization.add_project(name="Never")
            projects.remove(default)
            organization.add_project(name="Neither")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_half_way()

    assert (dict(users.of()), list(projects.of().items())) == ({}, list(before.items()))
    assert list(reopened(organization, tmp_path).store[PROJECTS].of()) == list(before)


async def test_file_is_for_its_owner_only(organization: Organization, tmp_path: Path) -> None:
    file = tmp_path / "organization.jsonl"

    assert file.stat().st_mode & 0o077 == 0
    assert all(json.loads(line) for line in file.read_text("utf-8").splitlines())
