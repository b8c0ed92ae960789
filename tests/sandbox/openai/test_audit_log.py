"""The audit log: real event types, newest first, filters, and what OpenAI does not log."""

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import User

pytestmark = pytest.mark.usefixtures("wrong_on_purpose", "owner")
LIMIT = {"threshold_amount": 1_000, "currency": "USD", "interval": "month"}


async def types(api: httpx.AsyncClient, **query: object) -> list[str]:
    answer = await api.get("/audit_logs", params={key: str(value) for key, value in query.items()})
    return [entry["type"] for entry in answer.raise_for_status().json()["data"]]


async def test_newest_event_comes_first(api: httpx.AsyncClient) -> None:
    project = (await api.post("/projects", json={"name": "QA"})).json()
    await api.post(f"/projects/{project['id']}", json={"name": "Quality"})
    await api.post(f"/projects/{project['id']}/archive")

    assert await types(api) == ["project.archived", "project.updated", "project.created"]


async def test_refused_change_leaves_no_event(api: httpx.AsyncClient, organization: Organization) -> None:
    await api.post(f"/projects/{organization.default_project.id}/archive")

    assert await types(api) == []


async def test_limits_permissions_and_alerts_leave_no_event(api: httpx.AsyncClient, organization: Organization) -> None:
    path = f"/projects/{organization.add_project(name='QA').id}"
    alert = {**LIMIT, "notification_channel": {"type": "email", "recipients": []}}
    for answer in (
        await api.post(f"{path}/spend_limit", json=LIMIT),
        await api.post("/spend_limit", json=LIMIT),
        await api.post(f"{path}/spend_alerts", json=alert),
        await api.post(f"{path}/model_permissions", json={"mode": "allow_list", "model_ids": []}),
        await api.delete(f"{path}/model_permissions"),
    ):
        assert answer.status_code == 200

    assert await types(api) == []


async def test_what_the_admin_key_does_belongs_to_the_default_project(
    api: httpx.AsyncClient, organization: Organization
) -> None:
    project = (await api.post("/projects", json={"name": "QA"})).json()

    assert await types(api, **{"project_ids[]": project["id"]}) == []
    assert await types(api, **{"project_ids[]": organization.default_project.id}) == ["project.created"]
    assert await types(api, **{"resource_ids[]": project["id"]}) == ["project.created"]


async def test_events_are_found_by_time(api: httpx.AsyncClient, organization: Organization) -> None:
    await api.post("/projects", json={"name": "early"})
    organization.clock.advance(100)
    noon = organization.clock.now()
    await api.post("/invites", json={"email": "a@example.com", "role": "reader"})

    assert await types(api, **{"effective_at[gte]": noon}) == ["invite.sent"]
    assert await types(api, **{"effective_at[lt]": noon}) == ["project.created"]
    assert await types(api, **{"effective_at[gt]": noon + 50, "effective_at[lte]": noon + 60}) == []


async def test_events_are_found_by_actor(api: httpx.AsyncClient, organization: Organization, owner: User) -> None:
    invite = (await api.post("/invites", json={"email": "new@example.com", "role": "reader"})).json()
    user = organization.accept_invite(invite["id"])

    assert await types(api, **{"actor_ids[]": user.id}) == ["user.added", "invite.accepted"]
    assert await types(api, **{"actor_emails[]": owner.email}) == ["invite.sent"]


async def test_only_tenant_events_can_be_asked_for_as_such(api: httpx.AsyncClient) -> None:
    await api.post("/projects", json={"name": "QA"})

    mixed = await api.get("/audit_logs?tenant_only=true&event_types[]=project.created")

    assert await types(api, tenant_only="true") == []
    assert (mixed.status_code, mixed.json()["error"]["param"]) == (400, "event_types")


async def test_event_type_nobody_knows_is_refused(api: httpx.AsyncClient) -> None:
    answer = await api.get("/audit_logs?event_types[]=spend_limit.updated")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "event_types[0]")


async def test_log_pages_to_older_and_back_to_newer(api: httpx.AsyncClient) -> None:
    for number in range(7):
        await api.post("/projects", json={"name": f"p{number}"})

    newest = (await api.get("/audit_logs?limit=3")).json()
    older = (await api.get(f"/audit_logs?limit=3&after={newest['last_id']}")).json()
    back = (await api.get(f"/audit_logs?limit=3&before={older['first_id']}")).json()

    assert back["data"] == newest["data"]
    assert (older["has_more"], back["has_more"]) == (True, False)
