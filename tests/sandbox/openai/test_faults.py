"""What goes wrong on purpose: refused, lost before or after the change, late, cut, hidden, overwritten."""

import asyncio
from collections.abc import Callable
from typing import Any

import httpx
import openai
import pytest

from sandbox.openai import Organization, create_app
from sandbox.openai.records import PROJECTS, User
from sandbox.scenario.hands import eventually
from sandbox.serving import serving

PROJECT = {"method": "POST", "path": "/organization/projects"}
LIMIT = {"threshold_amount": 200, "currency": "USD", "interval": "month"}


async def arm(sandbox: httpx.AsyncClient, **fault: Any) -> None:
    (await sandbox.post("/faults", json=fault)).raise_for_status()


def names(organization: Organization) -> list[str]:
    return [project.name for project in organization.store[PROJECTS].of().values()][1:]


async def until(condition: Callable[[], bool]) -> None:
    """Wait for at most five seconds."""
    for _ in range(250):
        if condition():
            return
        await asyncio.sleep(0.02)
    raise TimeoutError


@pytest.mark.parametrize(("when", "kept"), [("before_commit", []), ("after_commit", ["QA"])])
async def test_broken_server_has_changed_something_or_not(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, when: str, kept: list[str]
) -> None:
    await arm(sandbox, fault="server_error", when=when, **PROJECT)

    answer = await api.post("/projects", json={"name": "QA"})

    assert (answer.status_code, names(organization)) == (500, kept)
    assert (await api.post("/projects", json={"name": "next"})).status_code == 200


@pytest.mark.parametrize(("when", "kept"), [("before_commit", []), ("after_commit", ["QA"])])
@pytest.mark.parametrize("fault", ["no_answer", "cut"])
async def test_answer_never_comes(
    api: httpx.AsyncClient,
    sandbox: httpx.AsyncClient,
    organization: Organization,
    fault: str,
    when: str,
    kept: list[str],
) -> None:
    await arm(sandbox, fault=fault, when=when, **PROJECT)

    with pytest.raises(httpx.ReadTimeout if fault == "no_answer" else httpx.RemoteProtocolError):
        await api.post("/projects", json={"name": "QA"}, timeout=0.3)

    assert names(organization) == kept


async def test_change_happens_although_the_client_has_gone(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    await arm(sandbox, fault="delay", seconds=0.4, **PROJECT)
    with pytest.raises(httpx.ReadTimeout):
        await api.post("/projects", json={"name": "QA"}, timeout=0.1)
    before = names(organization)

    await until(lambda: names(organization) != before)

    assert (before, names(organization)) == ([], ["QA"])


async def test_late_answer_is_a_right_one(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    await arm(sandbox, fault="delay", when="after_commit", seconds=0.05, **PROJECT)

    answer = await api.post("/projects", json={"name": "QA"})

    assert answer.json()["name"] == "QA"


async def test_sdk_that_repeats_a_create_makes_a_second_project(
    address: str, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    await arm(sandbox, fault="server_error", when="after_commit", **PROJECT)

    async with openai.AsyncOpenAI(admin_api_key=organization.admin_key, base_url=f"{address}/v1") as client:
        await client.admin.organization.projects.create(name="QA")

    calls = (await sandbox.get("/calls")).json()["calls"]
    assert names(organization) == ["QA", "QA"]
    assert [(call["method"], call["status"]) for call in calls] == [("POST", 500), ("POST", 200)]


@pytest.mark.parametrize("retry_after", [None, 7])
async def test_too_many_requests_mostly_does_not_say_when(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, retry_after: int | None
) -> None:
    await arm(sandbox, fault="rate_limited", retry_after=retry_after, count=2, **PROJECT)

    answers = [await api.post("/projects", json={"name": "QA"}) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers.get("retry-after") == (str(retry_after) if retry_after else None)
    assert names(organization) == ["QA"]


async def test_endpoint_allows_so_many_calls_a_minute(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    await arm(sandbox, fault="calls_per_minute", calls=3)

    first = [(await api.get("/projects")).status_code for _ in range(5)]
    elsewhere = (await api.get("/users")).status_code
    organization.clock.advance(61)
    later = (await api.get("/projects")).status_code

    assert (first, elsewhere, later) == ([200, 200, 200, 429, 429], 200, 200)


async def test_what_was_created_is_not_found_for_a_while(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    await arm(sandbox, fault="not_found_after_create", seconds=30, method="POST")
    project = (await api.post("/projects", json={"name": "QA"})).json()

    hidden = (await api.get(f"/projects/{project['id']}")).status_code
    listed = (await api.get("/projects")).json()["data"]
    organization.clock.advance(31)
    shown = (await api.get(f"/projects/{project['id']}")).status_code

    assert (hidden, shown) == (404, 200)
    assert project["id"] in {each["id"] for each in listed}


async def test_what_was_there_before_is_not_hidden(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, reader: User
) -> None:
    path = f"/projects/{organization.add_project(name='QA').id}"
    await arm(sandbox, fault="not_found_after_create", seconds=30, method="POST", count=None)
    await api.post(path, json={"name": "Quality"})
    await api.post(f"{path}/users", json={"user_id": reader.id, "role": "member"})
    key = (await api.post(f"{path}/service_accounts", json={"name": "ci"})).json()["api_key"]["id"]

    statuses = [(await api.get(each)).status_code for each in (path, f"/users/{reader.id}", f"{path}/api_keys/{key}")]

    assert statuses == [200, 200, 200]
    assert (await api.get(f"{path}/users/{reader.id}")).status_code == 404


async def test_alert_overwrites_the_limit_when_told_to(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    path = f"/projects/{organization.add_project(name='QA').id}"
    channel = {"type": "email", "recipients": ["fin@example.com"]}
    await api.post(f"{path}/spend_limit", json=LIMIT)
    await arm(sandbox, fault="alert_overwrites_limit", count=None)

    alert = {**LIMIT, "threshold_amount": 160, "notification_channel": channel}
    await api.post(f"{path}/spend_alerts", json=alert)

    assert (await api.get(f"{path}/spend_limit")).json()["threshold_amount"] == 160


async def test_list_can_lose_its_cursor(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    organization.add_project(name="QA")
    await arm(sandbox, fault="lost_cursor")

    page = (await api.get("/projects?limit=1")).json()

    assert (page["has_more"], page["last_id"]) == (True, None)


async def test_fault_strikes_where_it_is_aimed(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization
) -> None:
    one, other = organization.add_project(name="one").id, organization.add_project(name="other").id
    await arm(sandbox, fault="server_error", path=f"/v1/organization/projects/{one}")
    await arm(sandbox, fault="server_error", status=503, path_regex="rate_limits$", skip=1)

    assert (await api.get(f"/projects/{other}")).status_code == 200
    assert (await api.get(f"/projects/{one}")).status_code == 500
    assert [(await api.get(f"/projects/{one}/rate_limits")).status_code for _ in range(3)] == [200, 503, 200]
    assert (await sandbox.get("/faults")).json() == {"faults": []}


@pytest.mark.parametrize("by_delete", [True, False], ids=["DELETE", "clear"])
async def test_faults_are_listed_and_cleared(
    api: httpx.AsyncClient, sandbox: httpx.AsyncClient, *, by_delete: bool
) -> None:
    await arm(sandbox, fault="server_error", count=None)
    await api.get("/projects")
    (listed,) = (await sandbox.get("/faults")).json()["faults"]

    cleared = await sandbox.delete("/faults") if by_delete else await sandbox.post("/faults", json={"clear": True})

    assert (listed["fault"], listed["when"], listed["remaining"]) == ("server_error", "before_commit", None)
    assert cleared.json() == {"faults": []}
    assert (await api.get("/projects")).status_code == 200


@pytest.mark.usefixtures("wrong_on_purpose")
async def test_stranger_uses_up_no_fault(address: str, sandbox: httpx.AsyncClient) -> None:
    await arm(sandbox, fault="server_error")

    async with httpx.AsyncClient(base_url=f"{address}/v1/organization") as stranger:
        await stranger.get("/projects")

    assert len((await sandbox.get("/faults")).json()["faults"]) == 1


async def test_hanging_call_does_not_hold_up_the_others() -> None:
    organization = Organization()
    headers = {"Authorization": f"Bearer {organization.admin_key}"}
    async with (
        serving(create_app(organization)) as address,
        httpx.AsyncClient(base_url=address, headers=headers, timeout=5) as client,
    ):
        fault = {"fault": "no_answer", "path": "/organization/users"}
        await client.post("/_sandbox/faults", json=fault)
        hanging = asyncio.create_task(client.get("/v1/organization/users"))

        answer = await client.get("/v1/organization/projects")

        assert (answer.status_code, hanging.done()) == (200, False)
        hanging.cancel()


async def _calls(client: httpx.AsyncClient) -> list[Any] | None:
    calls: list[Any] = (await client.get("/_sandbox/calls")).json()["calls"]
    return calls or None


async def test_a_client_that_dies_in_the_middle_of_its_request_is_no_error(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    organization = Organization()
    app = create_app(organization)
    async with serving(app) as url:
        where = httpx.URL(url)
        _, dying = await asyncio.open_connection(where.host, where.port)
        head = f"POST /v1/organization/projects HTTP/1.1\r\nhost: {where.host}\r\ncontent-length: 50\r\n"
        dying.write(f'{head}authorization: Bearer {organization.admin_key}\r\n\r\n{{"name": "Hal'.encode())
        await dying.drain()
        async with httpx.AsyncClient(base_url=url, trust_env=False) as client:
            await eventually(lambda: _calls(client), "The call never began.")
            dying.close()
            await dying.wait_closed()
            await client.get("/_sandbox/calls")

    assert names(organization) == []
    assert "Exception" not in caplog.text + capfd.readouterr().err
