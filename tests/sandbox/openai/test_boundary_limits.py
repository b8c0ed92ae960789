"""Rate limits and hard spend limits stop model traffic, and let it go on again when they should."""

from typing import Any

import httpx
import openai
import pytest

from sandbox.openai import Organization
from tests.sandbox.openai.calling import HELLO, KINDS, Client, Issued, calling, issue

NOW = 1_795_000_000  # 2026-11-18T11:06:40Z
LIMIT = {"currency": "USD", "interval": "month"}
LAG = 5


@pytest.fixture
def issued(organization: Organization) -> Issued:
    organization.clock.set(NOW)
    return issue(organization)


async def limit(api: httpx.AsyncClient, issued: Issued, model: str, **values: int) -> None:
    answer = await api.post(f"/projects/{issued.project.id}/rate_limits/rl-{model}", json=values)
    answer.raise_for_status()


async def denied(client: Client, model: str = "gpt-4.1") -> openai.RateLimitError:
    with pytest.raises(openai.RateLimitError) as caught:
        await client.chat(model)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
async def test_requests_beyond_the_limit_wait_for_their_share_of_the_minute(
    address: str, api: httpx.AsyncClient, organization: Organization, issued: Issued, kind: str
) -> None:
    await limit(api, issued, "gpt-4.1", max_requests_per_1_minute=3)
    async with calling(address, issued.value, kind) as client:
        for _ in range(3):
            await client.chat()
        error = await denied(client)
        organization.clock.advance(20)
        await client.chat()
        again = await denied(client)

    assert (error.code, error.type, again.code) == ("rate_limit_exceeded", "requests", "rate_limit_exceeded")
    assert error.response.headers["retry-after"] in ("19", "20")


async def test_headers_tell_what_is_left(
    address: str, api: httpx.AsyncClient, organization: Organization, issued: Issued
) -> None:
    await limit(api, issued, "gpt-4.1", max_requests_per_1_minute=6, max_tokens_per_1_minute=1_000)
    headers = {"Authorization": f"Bearer {issued.value}"}
    async with httpx.AsyncClient(base_url=f"{address}/v1", headers=headers) as http:
        answer = await http.post("/chat/completions", json={"model": "gpt-4.1", "messages": HELLO, "max_tokens": 100})

    told = {name.removeprefix("x-ratelimit-"): value for name, value in answer.headers.items() if "ratelimit" in name}
    prompt = answer.json()["usage"]["prompt_tokens"]
    assert told["limit-requests"] == "6"
    assert told["remaining-requests"] == "5"
    assert told["reset-requests"] == "10s"
    assert (told["limit-tokens"], told["remaining-tokens"]) == ("1000", str(900 - prompt))
    assert answer.headers["openai-project"] == issued.project.id
    assert answer.headers["x-request-id"].startswith("req_")


async def test_tokens_are_limited_too(address: str, api: httpx.AsyncClient, issued: Issued) -> None:
    await limit(api, issued, "gpt-4.1", max_tokens_per_1_minute=220)
    async with calling(address, issued.value) as client:
        await client.chat(max_tokens=200)
        soon = await denied(client)
        with pytest.raises(openai.RateLimitError) as never:
            await client.chat(max_tokens=5_000)

    assert (soon.type, soon.code) == ("tokens", "rate_limit_exceeded")
    assert "too large" in never.value.message
    assert "retry-after" not in never.value.response.headers


async def test_official_sdk_retries_by_itself_what_can_be_waited_out(
    address: str, api: httpx.AsyncClient, issued: Issued
) -> None:
    await limit(api, issued, "gpt-4.1", max_requests_per_1_minute=120)
    headers = {"Authorization": f"Bearer {issued.value}"}
    async with httpx.AsyncClient(base_url=f"{address}/v1", headers=headers) as http:
        body = {"model": "gpt-4.1", "messages": HELLO}
        while (await http.post("/chat/completions", json=body)).status_code == 200:
            pass
    async with calling(address, issued.value, max_retries=3) as client:
        assert (await client.chat()).choices


async def test_limits_are_each_projects_and_each_models_own(
    address: str, api: httpx.AsyncClient, organization: Organization, issued: Issued
) -> None:
    other = issue(organization, "Other")
    await limit(api, issued, "gpt-4.1", max_requests_per_1_minute=1)
    async with calling(address, issued.value) as mine, calling(address, other.value) as theirs:
        await mine.chat()
        await denied(mine)
        await mine.chat("gpt-5")
        await theirs.chat()
        await theirs.chat()


async def test_limit_of_zero_stops_everything_and_raising_it_helps_at_once(
    address: str, api: httpx.AsyncClient, issued: Issued
) -> None:
    await limit(api, issued, "gpt-4.1", max_requests_per_1_minute=0)
    async with calling(address, issued.value) as client:
        await denied(client)
        await limit(api, issued, "gpt-4.1", max_requests_per_1_minute=1)
        await client.chat()


@pytest.mark.parametrize(
    ("path", "code"),
    [("/projects/{project}", "project_spend_limit_exceeded"), ("", "organization_spend_limit_exceeded")],
)
async def test_hard_limit_stops_traffic_a_moment_late(
    address: str, api: httpx.AsyncClient, organization: Organization, issued: Issued, path: str, code: str
) -> None:
    where = path.format(project=issued.project.id) + "/spend_limit"
    await api.post(where, json={"threshold_amount": 1, **LIMIT})
    async with calling(address, issued.value) as client:
        await client.chat("gpt-5.2-pro", n=8)
        await client.chat()  # over the limit already, not noticed yet
        organization.clock.advance(LAG)
        error = await denied(client)

        await api.post(where, json={"threshold_amount": 100_000, **LIMIT})
        still = await denied(client)
        organization.clock.advance(LAG)
        await client.chat()

    assert (error.code, error.type, still.code) == (code, "insufficient_quota", code)
    assert "retry-after" not in error.response.headers


async def test_removed_limit_lets_traffic_go_on(
    address: str, api: httpx.AsyncClient, organization: Organization, issued: Issued
) -> None:
    where = f"/projects/{issued.project.id}/spend_limit"
    await api.post(where, json={"threshold_amount": 1, **LIMIT})
    async with calling(address, issued.value) as client:
        await client.chat("gpt-5.2-pro", n=8)
        organization.clock.advance(LAG)
        await denied(client)
        await api.delete(where)
        organization.clock.advance(LAG)
        await client.chat()


async def test_new_month_starts_free(
    address: str, api: httpx.AsyncClient, organization: Organization, issued: Issued
) -> None:
    await api.post(f"/projects/{issued.project.id}/spend_limit", json={"threshold_amount": 1, **LIMIT})
    async with calling(address, issued.value) as client:
        await client.chat("gpt-5.2-pro", n=8)
        organization.clock.advance(LAG)
        await denied(client)
        organization.clock.advance(13 * 86_400)
        await client.chat()


async def test_spend_posted_by_hand_counts(
    address: str, api: httpx.AsyncClient, sandbox: httpx.AsyncClient, organization: Organization, issued: Issued
) -> None:
    spend: dict[str, Any] = {"project_id": issued.project.id, "amount": "500", "line_item": "o3"}
    await api.post(f"/projects/{issued.project.id}/spend_limit", json={"threshold_amount": 40_000, **LIMIT})
    await sandbox.post("/spend", json=spend)
    async with calling(address, issued.value) as client:
        await client.chat()
        organization.clock.advance(LAG)
        await denied(client)


async def test_lag_can_be_set(address: str, api: httpx.AsyncClient, sandbox: httpx.AsyncClient, issued: Issued) -> None:
    told = await sandbox.post("/enforcement", json={"lag_seconds": 0})
    wrong = await sandbox.post("/enforcement", json={"lag_seconds": -1})
    await api.post(f"/projects/{issued.project.id}/spend_limit", json={"threshold_amount": 1, **LIMIT})
    async with calling(address, issued.value) as client:
        await client.chat("gpt-5.2-pro", n=8)
        await denied(client)

    assert (told.json(), wrong.status_code) == ({"lag_seconds": 0.0}, 400)
    assert (await sandbox.get("/enforcement")).json() == {"lag_seconds": 0.0}


async def test_alert_is_no_limit(
    address: str, api: httpx.AsyncClient, organization: Organization, issued: Issued
) -> None:
    channel = {"type": "email", "recipients": ["fin@example.com"]}
    alert = {"threshold_amount": 0, "notification_channel": channel, **LIMIT}
    await api.post(f"/projects/{issued.project.id}/spend_alerts", json=alert)
    async with calling(address, issued.value) as client:
        await client.chat("gpt-5.2-pro", n=8)
        organization.clock.advance(LAG)
        await client.chat()
