"""The organisation's settings: its age, its policies, the rehearsal of what the real API is known for."""

from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import Project

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")
LIMIT = {"threshold_amount": 200, "currency": "USD", "interval": "month"}


@pytest.fixture
def project(organization: Organization) -> Project:
    return organization.add_project(name="QA")


@pytest.fixture
def path(project: Project) -> str:
    return f"/projects/{project.id}"


async def change(sandbox: httpx.AsyncClient, **settings: Any) -> None:
    (await sandbox.post("/organization", json=settings)).raise_for_status()


async def test_settings_are_shown_and_change_one_by_one(sandbox: httpx.AsyncClient) -> None:
    before = (await sandbox.get("/organization")).json()["settings"]
    await change(sandbox, longest_key_life=3600)
    await change(sandbox, hosted_tools={"mcp": "all"})

    after = (await sandbox.get("/organization")).json()["settings"]

    assert after == {
        **before,
        "longest_key_life": 3600,
        "hosted_tools": {**before["hosted_tools"], "mcp": "all"},
    }


@pytest.mark.parametrize(
    "changes",
    [
        {"colour": "red"},
        {"rehearsal": "perhaps"},
        {"hosted_tools": {"telepathy": "all"}},
        {"hosted_tools": {"mcp": "some"}},
        {"hosted_tools": 5},
        {"longest_key_life": 0},
        {"role_ids": None},
        [],
    ],
)
async def test_wrong_setting_is_refused_whole(sandbox: httpx.AsyncClient, changes: object) -> None:
    before = (await sandbox.get("/organization")).json()

    answer = await sandbox.post("/organization", json=changes)

    assert answer.status_code == 400
    assert answer.json()["error"]["message"]
    assert (await sandbox.get("/organization")).json() == before


async def test_older_organization_knows_no_expiry(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, path: str
) -> None:
    await change(sandbox, key_expiry=False)

    refused = await api.post(f"{path}/service_accounts", json={"name": "ci", "expires_in_seconds": 60})
    account = (await api.post(f"{path}/service_accounts", json={"name": "ci"})).json()
    key = (await api.get(f"{path}/api_keys/{account['api_key']['id']}")).json()
    update = await api.post(f"{path}/api_keys/{key['id']}", json={"scopes": []})

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "unknown_parameter")
    assert ("expires_at" in account["api_key"], "expires_at" in key) == (False, False)
    assert (update.status_code, update.json()["error"]["code"]) == (405, "unknown_url")


async def test_account_keys_can_be_undeletable(api: httpx.AsyncClient, sandbox: httpx.AsyncClient, path: str) -> None:
    account = (await api.post(f"{path}/service_accounts", json={"name": "ci"})).json()
    await change(sandbox, account_keys_deletable=False)

    answer = await api.delete(f"{path}/api_keys/{account['api_key']['id']}")

    assert answer.status_code == 400
    assert "please delete the service account" in answer.json()["error"]["message"]
    assert (await api.delete(f"{path}/service_accounts/{account['id']}")).status_code == 200


@pytest.mark.parametrize(("seconds", "status"), [(None, 400), (3601, 400), (3600, 200)])
async def test_policy_can_ask_for_an_expiry(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, path: str, seconds: int | None, status: int
) -> None:
    account = (await api.post(f"{path}/service_accounts", json={"name": "ci"})).json()
    await change(sandbox, longest_key_life=3600)
    asked = {} if seconds is None else {"expires_in_seconds": seconds}

    answers = [
        await api.post(f"{path}/service_accounts", json={"name": "second", **asked}),
        await api.post(f"{path}/service_accounts/{account['id']}/api_keys", json=asked),
    ]

    assert [answer.status_code for answer in answers] == [status] * 2


async def test_account_without_a_key_needs_no_expiry(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, path: str
) -> None:
    await change(sandbox, longest_key_life=3600)

    answer = await api.post(f"{path}/service_accounts", json={"name": "ci", "create_service_account_only": True})

    assert answer.status_code == 200


async def test_log_that_was_never_switched_on_is_empty(api: httpx.AsyncClient, sandbox: httpx.AsyncClient) -> None:
    await change(sandbox, audit_logging=False)
    await api.post("/projects", json={"name": "QA"})

    assert (await api.get("/audit_logs")).json()["data"] == []


async def test_residency_is_what_was_unlocked(api: httpx.AsyncClient, sandbox: httpx.AsyncClient) -> None:
    body = {"name": "JP", "residency": "JP_STORAGE"}
    locked = await api.post("/projects", json=body)
    await change(sandbox, residencies=["JP_STORAGE"])

    assert (locked.status_code, (await api.post("/projects", json=body)).status_code) == (400, 200)


async def test_rehearsal_allows_seven_calls_a_minute_of_each_endpoint(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    await change(sandbox, rehearsal=True)

    answers = [await api.get("/projects") for _ in range(9)]
    elsewhere = (await api.get("/users")).status_code
    organization.clock.advance(61)

    assert [answer.status_code for answer in answers] == [200] * 7 + [429] * 2
    assert not {"retry-after", "x-ratelimit-limit-requests"} & set(answers[-1].headers)
    assert (elsewhere, (await api.get("/projects")).status_code) == (200, 200)


async def test_rehearsal_hides_what_was_just_created_and_lets_alerts_overwrite(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, path: str
) -> None:
    await change(sandbox, rehearsal=True)
    await api.post(f"{path}/spend_limit", json=LIMIT)
    channel = {"type": "email", "recipients": ["fin@example.com"]}
    await api.post(f"{path}/spend_alerts", json={**LIMIT, "threshold_amount": 160, "notification_channel": channel})
    account = (await api.post(f"{path}/service_accounts", json={"name": "ci"})).json()["id"]
    hidden = (await api.get(f"{path}/service_accounts/{account}")).status_code
    organization.clock.advance(6)

    assert (hidden, (await api.get(f"{path}/service_accounts/{account}")).status_code) == (404, 200)
    assert (await api.get(f"{path}/spend_limit")).json()["threshold_amount"] == 160


async def test_rehearsal_is_listed_and_ends_by_its_setting_only(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient
) -> None:
    await change(sandbox, rehearsal=True)
    await sandbox.post("/faults", json={"fault": "server_error", "count": 3})
    cleared = (await sandbox.delete("/faults")).json()
    standing = [each["fault"] for each in (await sandbox.get("/faults")).json()["faults"]]
    await change(sandbox, rehearsal=False)

    assert cleared["faults"] != []
    assert standing == ["calls_per_minute", "not_found_after_create", "alert_overwrites_limit", "alias_not_found"]
    assert (await sandbox.get("/faults")).json() == {"faults": []}
    assert [(await api.get("/projects")).status_code for _ in range(9)] == [200] * 9


def test_settings_outlive_the_process(tmp_path: Path) -> None:
    organization = Organization(data=tmp_path)
    organization.change_settings({"rehearsal": True, "hosted_tools": {"mcp": "none"}, "longest_key_life": 60})
    organization.close()

    again = Organization(data=tmp_path)
    again.close()

    assert again.settings.now == organization.settings.now
    assert len(again.faults.listed()) == 4
