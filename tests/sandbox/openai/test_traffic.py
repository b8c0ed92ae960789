"""The traffic generator lives days through keys, on the server's clock, and takes no for an answer."""

import datetime as dt
import re

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.traffic import live
from sandbox.openai.traffic.rhythm import HOURS, Rhythm
from tests.sandbox.openai.calling import issue

MONDAY = 1_794_787_200  # 2026-11-16T00:00:00Z
DAY = 86_400
LIMIT = {"currency": "USD", "interval": "month"}


@pytest.fixture(autouse=True)
def monday(organization: Organization) -> None:
    organization.clock.set(MONDAY)


async def lived(address: str, keys: list[str], days: float, calls: int = 20) -> list[str]:
    said: list[str] = []
    await live(f"{address}/v1", keys, say=said.append, days=days, weekday_calls=calls)
    return said


async def test_days_pass_a_line_each_and_are_metered(
    address: str, api: httpx.AsyncClient, organization: Organization
) -> None:
    issued = issue(organization)

    said = await lived(address, [issued.value], 7)

    days = [re.match(r"2026-11-(\d\d) (\w{3}) +([\d,]+) answered", line) for line in said[:7]]
    told = [(match[1], match[2], int(match[3])) for match in days if match]
    assert [day for day, _, _ in told] == ["16", "17", "18", "19", "20", "21", "22"]
    assert sum(count for _, name, count in told if name in ("Sat", "Sun")) < min(count for *_, count in told[:5])
    assert said[7].startswith("7 days through 1 key: ")
    assert 0 <= organization.clock.now() - MONDAY - 7 * DAY < 600
    query: dict[str, str | int] = {"start_time": MONDAY, "group_by": "model", "limit": 7}
    used = (await api.get("/usage/completions", params=query)).json()["data"]
    requests = [sum(result["num_model_requests"] for result in bucket["results"]) for bucket in used]
    assert all(0 < count <= told[place][2] for place, count in enumerate(requests[:5]))
    assert len({result["model"] for bucket in used for result in bucket["results"]}) > 3


async def test_same_seed_asks_the_same(address: str, organization: Organization) -> None:
    first = await lived(address, [issue(organization, "A").value], 1)
    organization.clock.set(MONDAY)

    again = await lived(address, [issue(organization, "B").value], 1)

    assert first == again


async def test_minutes_can_be_lived_too(address: str, organization: Organization) -> None:
    organization.clock.set(MONDAY + 9 * 3_600)

    said = await lived(address, [issue(organization).value], 0.02, calls=500)

    assert len(said) == 2
    assert organization.clock.now() - MONDAY - 9 * 3_600 in range(1_700, 2_400)


async def test_rate_limit_is_waited_out(address: str, api: httpx.AsyncClient, organization: Organization) -> None:
    issued = issue(organization)
    where = f"/projects/{issued.project.id}"
    await api.post(f"{where}/model_permissions", json={"mode": "allow_list", "model_ids": ["gpt-5-mini"]})
    await api.post(f"{where}/rate_limits/rl-gpt-5-mini", json={"max_requests_per_1_minute": 1})

    said = await lived(address, [issued.value], 1)

    retried = re.search(r"(\d+) retried", said[0])
    assert retried
    assert int(retried[1]) > 0
    assert "refused: none" in said[0]


async def test_spend_limit_ends_the_month_for_a_project(
    address: str, api: httpx.AsyncClient, organization: Organization
) -> None:
    issued, other = issue(organization), issue(organization, "Other")
    limit = {"threshold_amount": 3, **LIMIT}
    await api.post(f"/projects/{issued.project.id}/spend_limit", json=limit)

    said = await lived(address, [issued.value, other.value], 2)

    assert "project_spend_limit_exceeded" in said[1]
    spent = organization.ledger.month_to_date(organization.clock.today(), issued.project.id)
    assert 30_000_000 <= spent < 60_000_000
    assert organization.ledger.month_to_date(organization.clock.today(), other.project.id) > spent


async def test_key_that_is_none_rests_and_is_not_told(address: str, organization: Organization) -> None:
    said = await lived(address, ["sk-proj-" + "wrong" * 9, issue(organization).value], 0.5)

    assert said[0].startswith("Key 1 rests: Incorrect API key")
    assert "wrongwrong" not in "".join(said)
    assert sum(line.startswith("Key 1") for line in said) == 1


@pytest.mark.parametrize("key", ["", "sk-proj-a b", "sk-proj-a\n", "sk-proj-ä"])
async def test_key_that_cannot_be_one_is_refused_without_being_repeated(address: str, key: str) -> None:
    with pytest.raises(ValueError, match=r"^Key 2 holds characters that no key has\.$"):
        await lived(address, ["sk-proj-fine", key], 1)


def test_a_days_hours_share_its_calls() -> None:
    rhythm, monday = Rhythm(1, 1_000), dt.datetime.fromtimestamp(MONDAY, dt.UTC)

    calls = [rhythm.calls(monday + dt.timedelta(hours=hour)) for hour in range(len(HOURS))]

    assert 700 < sum(calls) < 1_300
    assert calls[9] > 5 * calls[2]
