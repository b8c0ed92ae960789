"""Model permissions, rate limits, spend limits and alerts say no where OpenAI does."""

from decimal import Decimal

import httpx
import pytest

from sandbox.openai import Organization, models
from sandbox.openai.records import Project

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")
LIMIT = {"threshold_amount": 1_000, "currency": "USD", "interval": "month"}
ALERT = {**LIMIT, "notification_channel": {"type": "email", "recipients": ["fin@example.com"]}}


@pytest.fixture
def project(organization: Organization) -> Project:
    return organization.add_project(name="QA")


@pytest.fixture
def path(project: Project) -> str:
    return f"/projects/{project.id}"


@pytest.mark.parametrize("what", ["model_permissions", "spend_limit"])
@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_what_was_never_set_is_not_found(api: httpx.AsyncClient, path: str, what: str, method: str) -> None:
    answer = await api.request(method, f"{path}/{what}")

    assert answer.status_code == 404


async def test_organization_without_spend_limit_says_so(api: httpx.AsyncClient) -> None:
    assert (await api.get("/spend_limit")).status_code == 404
    assert (await api.delete("/spend_limit")).status_code == 404


async def test_model_the_organization_cannot_see_is_refused(api: httpx.AsyncClient, path: str) -> None:
    body = {"mode": "deny_list", "model_ids": ["gpt-5", "gpt-9"]}

    answer = await api.post(f"{path}/model_permissions", json=body)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "model_ids[1]")
    assert (await api.get(f"{path}/model_permissions")).status_code == 404


@pytest.mark.parametrize(
    ("mode", "model_ids", "count"),
    [("allow_list", ["o3", "gpt-5"], 2), ("deny_list", ["o3"], len(models()) - 1), ("allow_list", [], 0)],
)
async def test_rate_limits_are_listed_for_usable_models_only(
    api: httpx.AsyncClient, path: str, mode: str, model_ids: list[str], count: int
) -> None:
    await api.post(f"{path}/model_permissions", json={"mode": mode, "model_ids": model_ids})

    listed = (await api.get(f"{path}/rate_limits")).json()["data"]

    assert len(listed) == count


@pytest.mark.parametrize(
    ("model", "asked"),
    [
        ("gpt-5", {"max_requests_per_1_minute": 10_001}),
        ("gpt-5", {"max_images_per_1_minute": 1}),
        ("gpt-5", {"max_requests_per_1_minute": -1}),
        ("gpt-5", {"max_requests_per_1_minute": "5"}),
        ("gpt-image-1", {"max_images_per_1_minute": 10, "max_tokens_per_1_minute": 10**9}),
    ],
    ids=["above the organization's", "not a limit of the model", "negative", "text", "one of two"],
)
async def test_rate_limit_that_cannot_be_is_refused_whole(
    api: httpx.AsyncClient, path: str, model: str, asked: dict[str, object]
) -> None:
    before = (await api.get(f"{path}/rate_limits")).json()

    answer = await api.post(f"{path}/rate_limits/rl-{model}", json=asked)

    assert answer.status_code == 400
    assert answer.json()["error"]["param"] in asked
    assert (await api.get(f"{path}/rate_limits")).json() == before


async def test_lowered_rate_limit_can_be_raised_to_the_ceiling_again(api: httpx.AsyncClient, path: str) -> None:
    ceiling = models()["gpt-5"].ceiling
    await api.post(f"{path}/rate_limits/rl-gpt-5", json={"max_tokens_per_1_minute": 5})

    answer = await api.post(f"{path}/rate_limits/rl-gpt-5", json=dict(ceiling))

    assert {name: answer.json()[name] for name in ceiling} == dict(ceiling)


async def test_rate_limit_of_no_model_is_not_found(api: httpx.AsyncClient, path: str) -> None:
    answer = await api.post(f"{path}/rate_limits/rl-gpt-9", json={})

    assert answer.status_code == 404


async def test_rate_limits_page_both_ways(api: httpx.AsyncClient, path: str) -> None:
    first = (await api.get(f"{path}/rate_limits?limit=10")).json()
    second = (await api.get(f"{path}/rate_limits?limit=10&after={first['last_id']}")).json()
    back = (await api.get(f"{path}/rate_limits?limit=10&before={second['first_id']}")).json()

    assert back["data"] == first["data"]
    assert (first["has_more"], back["has_more"]) == (True, False)


@pytest.mark.parametrize(
    "body",
    [
        {**LIMIT, "threshold_amount": 0},
        {**LIMIT, "threshold_amount": 10.5},
        {**LIMIT, "threshold_amount": "1000"},
        {**LIMIT, "currency": "EUR"},
        {**LIMIT, "interval": "day"},
        {"threshold_amount": 5},
        {**LIMIT, "soft": True},
    ],
)
async def test_spend_limit_that_makes_no_sense_is_refused(
    api: httpx.AsyncClient, path: str, body: dict[str, object]
) -> None:
    answer = await api.post(f"{path}/spend_limit", json=body)

    assert answer.status_code == 400
    assert (await api.get(f"{path}/spend_limit")).status_code == 404


async def test_limit_enforces_once_this_months_spend_reaches_it(
    api: httpx.AsyncClient, path: str, organization: Organization, project: Project
) -> None:
    organization.clock.set(1_795_000_000)  # 2026-11-18
    today = organization.clock.today()
    last_month = today.replace(month=today.month - 1)
    organization.add_spend(project.id, Decimal(500), "gpt-5", last_month)
    await api.post(f"{path}/spend_limit", json=LIMIT)
    states = []

    for amount in ("9.99", "0.01"):
        organization.add_spend(project.id, Decimal(amount), "gpt-5", today)
        states.append((await api.get(f"{path}/spend_limit")).json()["enforcement"]["status"])
    organization.clock.advance(31 * 86_400)
    states.append((await api.get(f"{path}/spend_limit")).json()["enforcement"]["status"])

    assert states == ["inactive", "enforcing", "inactive"]


async def test_alert_and_limit_are_independent(api: httpx.AsyncClient, path: str) -> None:
    await api.post(f"{path}/spend_limit", json=LIMIT)
    await api.post(f"{path}/spend_alerts", json={**ALERT, "threshold_amount": 160})

    assert (await api.get(f"{path}/spend_limit")).json()["threshold_amount"] == 1_000


async def test_two_equal_alerts_are_two(api: httpx.AsyncClient, path: str) -> None:
    made = [(await api.post(f"{path}/spend_alerts", json=ALERT)).json()["id"] for _ in range(2)]

    listed = (await api.get(f"{path}/spend_alerts")).json()

    assert [each["id"] for each in listed["data"]] == made
    assert (await api.get("/spend_alerts")).json()["data"] == []


async def test_page_of_no_alerts_says_whether_there_are_some(api: httpx.AsyncClient, path: str) -> None:
    await api.post(f"{path}/spend_alerts", json=ALERT)

    page = (await api.get(f"{path}/spend_alerts?limit=0")).json()

    assert (page["data"], page["has_more"], page["last_id"]) == ([], True, None)


@pytest.mark.parametrize(
    ("change", "param"),
    [
        ({"threshold_amount": -1}, "threshold_amount"),
        ({"notification_channel": {"type": "webhook", "recipients": []}}, "notification_channel.type"),
        ({"notification_channel": {"type": "email", "recipients": [1]}}, "notification_channel.recipients[0]"),
    ],
)
async def test_wrong_alert_is_refused_by_the_name_of_its_field(
    api: httpx.AsyncClient, path: str, change: dict[str, object], param: str
) -> None:
    answer = await api.post(f"{path}/spend_alerts", json={**ALERT, **change})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
