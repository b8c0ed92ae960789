"""The calls under ``/_sandbox``: what they show and change, and one sentence for whatever is wrong."""

import datetime as dt
from typing import Any

import httpx
import pytest

from sandbox.openai import Organization
from tests.support.openapi import Judged


async def test_organization_tells_how_to_reach_it(
    sandbox: httpx.AsyncClient, address: str, organization: Organization
) -> None:
    shown = (await sandbox.get("/organization")).json()

    assert (shown["base_url"], shown["admin_key"]) == (f"{address}/v1", organization.admin_key)
    assert [project["name"] for project in shown["projects"]] == ["Default project"]


@pytest.mark.parametrize(
    ("move", "seconds"),
    [({"advance_seconds": 90}, 90), ({"advance_days": 2}, 172_800), ({"set": 1_900_000_000}, None)],
)
async def test_every_timestamp_follows_the_clock(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, move: dict[str, int], seconds: int | None
) -> None:
    before = (await sandbox.get("/clock")).json()["now"]

    moved = (await sandbox.post("/clock", json=move)).json()["now"]
    project = (await api.post("/projects", json={"name": "QA"})).json()

    expected = 1_900_000_000 if seconds is None else before + seconds
    assert moved - expected in (0, 1)
    assert project["created_at"] - moved in (0, 1)


async def test_spend_is_booked_on_its_day(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    today, project = organization.clock.today(), organization.add_project(name="QA")
    body: dict[str, Any] = {"project_id": project.id, "line_item": "gpt-5"}
    await sandbox.post("/spend", json={**body, "amount": "0.1"})
    await sandbox.post("/spend", json={**body, "amount": 0.2, "api_key_id": "key_1"})
    await sandbox.post("/spend", json={**body, "amount": "7", "date": str(today - dt.timedelta(days=1))})
    start = int(dt.datetime(today.year, today.month, today.day, tzinfo=dt.UTC).timestamp()) - 86_400

    page = (await api.get(f"/costs?start_time={start}&group_by=project_id")).json()

    assert [bucket["results"][0]["amount"]["value"] for bucket in page["data"]] == [7.0, 0.3]


async def test_users_are_seeded_and_invites_accepted(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    body = {"email": "olga@example.com", "name": "Olga", "role": "owner"}
    owner = (await sandbox.post("/users", json=body)).json()
    invite = (await api.post("/invites", json={"email": "new@example.com", "role": "reader"})).json()
    accepted = (await sandbox.post("/accept_invite", json={"invite_id": invite["id"]})).json()

    users = (await api.get("/users")).json()["data"]

    assert [(user["id"], user["role"]) for user in users] == [(owner["id"], "owner"), (accepted["id"], "reader")]


@pytest.mark.usefixtures("wrong_on_purpose")
async def test_calls_are_logged_until_forgotten(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    await api.post("/projects", json={"name": "QA"})
    await api.get(f"/projects/{organization.default_project.id}")
    await api.get("/nothing")

    calls = (await sandbox.get("/calls")).json()["calls"]
    await sandbox.delete("/calls")

    assert [(call["method"], call["operation"], call["status"]) for call in calls] == [
        ("POST", "/organization/projects", 200),
        ("GET", "/organization/projects/{project_id}", 200),
        ("GET", None, 404),
    ]
    assert calls[1]["path"] == f"/v1/organization/projects/{organization.default_project.id}"
    assert (await sandbox.get("/calls")).json() == {"calls": []}


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/nothing", None),
        ("GET", "/", None),
        ("PUT", "/clock", None),
        ("PATCH", "/faults", {}),
        ("POST", "/clock", {}),
        ("POST", "/clock", {"advance_days": 1, "set": 5}),
        ("POST", "/clock", {"advance_days": "tomorrow"}),
        ("POST", "/clock", {"set": 1e18}),
        ("POST", "/clock", {"set": -1}),
        ("POST", "/faults", {}),
        ("POST", "/faults", {"fault": "gremlins"}),
        ("POST", "/faults", {"fault": "delay"}),
        ("POST", "/faults", {"fault": "delay", "seconds": -1}),
        ("POST", "/faults", {"fault": "server_error", "path_regex": "("}),
        ("POST", "/faults", {"fault": "server_error", "when": "never"}),
        ("POST", "/faults", {"fault": "server_error", "count": 0}),
        ("POST", "/faults", {"clear": False}),
        ("POST", "/faults", ["clear"]),
        ("POST", "/spend", {"project_id": "proj_none", "amount": 1, "line_item": "x"}),
        ("POST", "/spend", {"project_id": None, "amount": "NaN", "line_item": "x"}),
        ("POST", "/spend", {"project_id": None, "amount": "1e-12", "line_item": "x"}),
        ("POST", "/spend", {"project_id": None, "amount": "$1k", "line_item": "x"}),
        ("POST", "/spend", {"project_id": None, "amount": 1, "line_item": " "}),
        ("POST", "/spend", {"project_id": None, "amount": 1, "line_item": "x", "date": "31.12.2026"}),
        ("POST", "/users", {"email": "nobody", "name": "N"}),
        ("POST", "/users", {"email": "n@example.com", "name": "N", "role": "king"}),
        ("POST", "/accept_invite", {"invite_id": "invite-none"}),
    ],
)
async def test_call_that_is_unknown_or_malformed_gets_a_sentence(
    sandbox: httpx.AsyncClient, organization: Organization, method: str, path: str, body: object
) -> None:
    answer = await sandbox.request(method, path, json=body)

    message = answer.json()["error"]["message"]
    assert answer.status_code == 400
    assert message.endswith((".", "found"))
    assert "\n" not in message


async def test_other_machines_are_turned_away(judge: Judged) -> None:
    transport = httpx.ASGITransport(judge, client=("192.0.2.7", 4711))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as stranger:
        answer = await stranger.get("/_sandbox/organization")

    assert answer.status_code == 403
    assert "admin_key" not in answer.text
