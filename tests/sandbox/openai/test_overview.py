"""``GET /_sandbox/overview``: every project as it is, what just changed, and waiting for the next change."""

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from sandbox.openai import Organization, create_app
from sandbox.openai.overview.desk import LOOK
from sandbox.openai.records import User
from sandbox.serving import serving

ORIGIN = "access-control-allow-origin"


async def look(sandbox: httpx.AsyncClient, **asked: Any) -> dict[str, Any]:
    read = await sandbox.get("/overview", params=asked)
    read.raise_for_status()
    seen: dict[str, Any] = read.json()
    return seen


def named(seen: Mapping[str, Any], name: str) -> dict[str, Any]:
    [found] = [each for each in seen["projects"] if each["name"] == name]
    return dict(found)


def said(seen: Mapping[str, Any]) -> list[str]:
    """Return the sentences, oldest first."""
    return [each["text"] for each in reversed(seen["changes"])]


@pytest.fixture(name="qa")
async def _qa(api: httpx.AsyncClient, organization: Organization, reader: User) -> str:
    """Make a project with a member, a limit of $500 and an account with a key; return its id."""
    project_id: str = (await api.post("/projects", json={"name": "QA"})).json()["id"]
    await api.post(f"/projects/{project_id}/users", json={"role": "member", "user_id": reader.id})
    await set_limit(api, project_id, 50_000)
    await api.post(f"/projects/{project_id}/service_accounts", json={"name": "ci"})
    return project_id


async def set_limit(api: httpx.AsyncClient, project_id: str, cents: int) -> None:
    body = {"threshold_amount": cents, "currency": "USD", "interval": "month"}
    (await api.post(f"/projects/{project_id}/spend_limit", json=body)).raise_for_status()


async def test_a_project_is_shown_with_all_that_is_set_for_it(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, qa: str
) -> None:
    models = {"mode": "allow_list", "model_ids": ["gpt-5.1", "gpt-5-mini"]}
    await api.post(f"/projects/{qa}/model_permissions", json=models)
    await api.post(f"/projects/{qa}/hosted_tool_permissions", json={"web_search": {"enabled": True}})
    await api.post(f"/projects/{qa}/rate_limits/rl-gpt-5.1", json={"max_requests_per_1_minute": 60})
    await sandbox.post("/spend", json={"project_id": qa, "amount": "12.349", "line_item": "gpt-5.1"})

    shown = named(await look(sandbox), "QA")

    [key] = shown.pop("keys")
    assert key["redacted_value"].startswith("sk-svcac***")
    assert (key["owner"], key["owner_type"], key["last_used_at"], key["expires_at"]) == (
        "ci",
        "service_account",
        None,
        None,
    )
    assert {name: shown[name] for name in ("status", "is_default", "limit", "limit_is_hard", "spent", "groups")} == {
        "status": "active",
        "is_default": False,
        "limit": 50_000,
        "limit_is_hard": True,
        "spent": 1_235,
        "groups": [],
    }
    assert shown["models"] == {"mode": "allow_list", "ids": ["gpt-5.1", "gpt-5-mini"]}
    assert shown["tools"] == ["web_search"]
    assert shown["rate_limits"] == [
        {"model": "gpt-5.1", "name": "max_requests_per_1_minute", "value": 60, "of": 10_000}
    ]
    assert shown["members"] == [{"name": "Rita Reader", "email": "rita@example.com", "role": "member"}]
    assert shown["service_accounts"] == [{"name": "ci", "role": "member"}]
    assert (shown["members_total"], shown["service_accounts_total"], shown["keys_total"]) == (1, 1, 1)


async def test_no_value_of_a_key_is_told(api: httpx.AsyncClient, sandbox: httpx.AsyncClient, qa: str) -> None:
    made = (await api.post(f"/projects/{qa}/service_accounts", json={"name": "batch"})).json()

    told = (await sandbox.get("/overview")).text

    assert made["api_key"]["name"] in told
    assert made["api_key"]["value"] not in told
    assert "sk-admin-test" not in told


@pytest.mark.parametrize(
    ("path", "body", "sentences"),
    [
        pytest.param("", {"name": "QA 2"}, ["The project QA is called QA 2 now."], id="rename"),
        pytest.param("/archive", None, ["The project was archived, with its people, accounts and keys."], id="archive"),
        pytest.param(
            "/spend_limit",
            {"threshold_amount": 80_050, "currency": "USD", "interval": "month"},
            ["The monthly limit went from $500 to $800.50."],
            id="limit",
        ),
        pytest.param(
            "/spend_limit", {"threshold_amount": 50_000, "currency": "USD", "interval": "month"}, [], id="same-limit"
        ),
        pytest.param(
            "/model_permissions",
            {"mode": "allow_list", "model_ids": ["gpt-5.1", "o3"]},
            ["Only these models may be used now: gpt-5.1, o3."],
            id="models",
        ),
        pytest.param(
            "/model_permissions",
            {"mode": "deny_list", "model_ids": ["o3"]},
            ["Every model but these may be used now: o3."],
            id="denied",
        ),
        pytest.param(
            "/hosted_tool_permissions",
            {"web_search": {"enabled": True}, "mcp": {"enabled": False}},
            ["Hosted tools turned on: web search."],
            id="tools",
        ),
        pytest.param(
            "/rate_limits/rl-o3",
            {"max_requests_per_1_minute": 60},
            ["Rate limits of o3: requests a minute from 10,000 to 60."],
            id="rate-limit",
        ),
        pytest.param(
            "/spend_alerts",
            {
                "threshold_amount": 40_000,
                "currency": "USD",
                "interval": "month",
                "notification_channel": {"type": "email", "recipients": ["f@example.com"]},
            },
            ["There is an alert at $400 now."],
            id="alert",
        ),
        pytest.param(
            "/service_accounts",
            {"name": "batch"},
            ["The service account batch was made.", "The key Secret Key of batch was made; it does not expire."],
            id="account",
        ),
        pytest.param(
            "/users/{member}", {"role": "owner"}, ["Rita Reader is owner now, not member."], id="role-of-a-member"
        ),
    ],
)
async def test_a_change_is_told_in_a_sentence(
    api: httpx.AsyncClient,
    sandbox: httpx.AsyncClient,
    qa: str,
    reader: User,
    path: str,
    body: object,
    sentences: list[str],
) -> None:
    before = (await look(sandbox))["revision"]

    url = f"/projects/{qa}{path.format(member=reader.id)}"
    (await api.post(url, json=body)).raise_for_status()

    seen = await look(sandbox, since=before)
    assert said(seen) == sentences
    assert {each["project_id"] for each in seen["changes"]} <= {qa}


async def test_lists_that_change_say_what_came_and_what_went(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, qa: str
) -> None:
    models = f"/projects/{qa}/model_permissions"
    await api.post(models, json={"mode": "allow_list", "model_ids": ["gpt-5.1", "o3"]})
    before = (await look(sandbox))["revision"]

    await api.post(models, json={"mode": "allow_list", "model_ids": ["gpt-5.1", "gpt-5"]})
    await api.delete(models)

    assert said(await look(sandbox, since=before)) == [
        "Models that may be used now: gpt-5. Models that may no longer be used: o3.",
        "Every model may be used now.",
    ]


async def test_a_limit_that_an_alert_overwrote_says_so(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, qa: str
) -> None:
    before = (await look(sandbox))["revision"]
    await sandbox.post("/faults", json={"fault": "alert_overwrites_limit"})
    channel = {"type": "email", "recipients": ["f@example.com"]}
    alert = {"threshold_amount": 40_000, "currency": "USD", "interval": "month", "notification_channel": channel}

    await api.post(f"/projects/{qa}/spend_alerts", json=alert)
    overwritten = named(await look(sandbox), "QA")
    await set_limit(api, qa, 40_000)

    assert overwritten["limit_is_hard"] is False
    assert said(await look(sandbox, since=before)) == [
        "A new alert replaced the monthly limit: $400, and nothing enforces it.",
        "There is an alert at $400 now.",
        "The monthly limit of $400 is enforced again.",
    ]


async def test_groups_roles_and_invites_are_told_by_name(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, qa: str, reader: User
) -> None:
    before = (await look(sandbox))["revision"]
    group = (await api.post("/groups", json={"name": "Platform"})).json()["id"]
    await api.post(f"/groups/{group}/users", json={"user_id": reader.id})
    await api.post(f"/projects/{qa}/groups", json={"group_id": group, "role": "role-api-project-viewer"})
    shown = named(await look(sandbox), "QA")["groups"]
    await api.delete(f"/groups/{group}")
    invite = (await api.post("/invites", json={"email": "new@example.com", "role": "reader"})).json()
    await api.delete(f"/invites/{invite['id']}")

    told = said(await look(sandbox, since=before))

    assert shown == ["Platform"]
    assert {each.replace(group, "?") for each in told} == {
        "There is a group Platform now.",
        "Rita Reader joined the group Platform.",
        "The group Platform has access to the project now.",
        "Platform has the role viewer now.",
        "Platform no longer has the role viewer.",
        "The group Platform has no access to the project any more.",
        "Rita Reader left the group Platform.",
        "The group Platform was deleted.",
        "new@example.com was invited.",
        "The invite of new@example.com was taken back.",
    }


async def test_who_leaves_the_organisation_is_still_called_by_name(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, qa: str, reader: User
) -> None:
    organization.add_user_key(qa, reader.id, "laptop")
    before = (await look(sandbox))["revision"]

    await api.delete(f"/users/{reader.id}")

    assert set(said(await look(sandbox, since=before))) == {
        "The key laptop of Rita Reader was revoked.",
        "Rita Reader is no longer in the project.",
        "Rita Reader left the organisation.",
    }


async def test_what_happens_outside_of_the_api_is_told_too(sandbox: httpx.AsyncClient, qa: str) -> None:
    before = (await look(sandbox))["revision"]

    await sandbox.post("/users", json={"email": "n@example.com", "name": "Nia"})
    await sandbox.post("/organization", json={"hosted_tools": {"mcp": "all"}})
    await sandbox.post("/clock", json={"advance_days": 3})
    seen = await look(sandbox, since=before)

    assert said(seen) == [
        "Nia is in the organisation now, as reader.",
        "Nia joined the project as member.",
        "Settings changed: hosted tools.",
        "The clock was moved on by 3 days.",
    ]
    assert named(seen, "QA")["tools"] == ["mcp"]


@pytest.mark.usefixtures("wrong_on_purpose")
async def test_what_was_refused_is_no_news(api: httpx.AsyncClient, sandbox: httpx.AsyncClient, qa: str) -> None:
    before = (await look(sandbox))["revision"]

    await api.post(f"/projects/{qa}/spend_limit", json={"threshold_amount": -1})
    await api.post("/projects/proj_none", json={"name": "x"})

    assert (await look(sandbox, since=before))["revision"] == before


async def test_only_what_changed_comes_after_a_revision(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, qa: str
) -> None:
    organization.add_project(name="Other")
    before = await look(sandbox)

    await sandbox.post("/spend", json={"project_id": qa, "amount": "3", "line_item": "gpt-5.1"})
    after = await look(sandbox, since=before["revision"])

    assert {each["name"] for each in before["projects"]} == {"Default project", "QA", "Other"}
    assert (before["is_whole"], after["is_whole"]) == (True, False)
    assert [(each["name"], each["spent"]) for each in after["projects"]] == [("QA", 300)]
    assert after["changes"] == []


async def test_a_revision_of_an_earlier_process_gets_everything(sandbox: httpx.AsyncClient, qa: str) -> None:
    seen = await look(sandbox, since=5)

    assert seen["is_whole"]
    assert named(seen, "QA")["revision"] == seen["revision"]


async def test_waiting_ends_with_the_change(api: httpx.AsyncClient, sandbox: httpx.AsyncClient, qa: str) -> None:
    before = (await look(sandbox))["revision"]
    waiting = asyncio.create_task(look(sandbox, since=before, wait=8))
    await asyncio.sleep(3 * LOOK)
    assert not waiting.done()

    await set_limit(api, qa, 60_000)

    assert said(await waiting) == ["The monthly limit went from $500 to $600."]


async def test_waiting_ends_with_the_time_and_with_the_server(organization: Organization) -> None:
    async with httpx.AsyncClient() as http:
        async with serving(create_app(organization)) as address:
            url = f"{address}/_sandbox/overview"
            seen = (await http.get(url)).json()
            same = (await http.get(url, params={"since": seen["revision"], "wait": 0.2})).json()
            waiting = asyncio.create_task(http.get(url, params={"since": seen["revision"], "wait": 30}))
            await asyncio.sleep(3 * LOOK)
        answered = (await waiting).json()  # a server that is held up cuts the line instead

    assert same["revision"] == answered["revision"] == seen["revision"]


async def test_of_two_thousand_projects_a_page_comes_and_any_can_be_found(
    sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    with organization.store.transaction():
        for number in range(1_999):
            organization.add_project(name=f"project-{number}")

    seen = await look(sandbox)
    found = await look(sandbox, name="PROJECT-77", limit=200)

    assert (len(seen["projects"]), seen["projects_total"], seen["projects_left_out"]) == (50, 2_000, 1_950)
    assert (len(found["projects"]), found["projects_left_out"]) == (11, 0)


@pytest.mark.parametrize(
    ("origin", "is_allowed"),
    [
        ("http://127.0.0.1:8400", True),
        ("http://localhost:8400", True),
        ("http://[::1]:8400", True),
        ("https://example.com", False),
        ("http://127.0.0.1.example.com", False),
        ("http://[", False),
        ("null", False),
    ],
)
async def test_only_pages_of_this_machine_may_read_it(
    sandbox: httpx.AsyncClient, origin: str, *, is_allowed: bool
) -> None:
    answer = await sandbox.get("/overview", headers={"origin": origin})

    assert answer.headers.get(ORIGIN) == (origin if is_allowed else None)
    assert ORIGIN not in (await sandbox.get("/organization", headers={"origin": origin})).headers


@pytest.mark.parametrize("query", ["since=x", "wait=31", "limit=0", "limit=201", "colour=red"])
async def test_a_malformed_question_gets_a_sentence(sandbox: httpx.AsyncClient, query: str) -> None:
    answer = await sandbox.get(f"/overview?{query}")

    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith(".")
