"""Admin keys open the Administration API, for as long as they, and their owner's ownership, last."""

from pathlib import Path

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import User

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")


async def made(api: httpx.AsyncClient, **body: object) -> dict[str, str]:
    answer = await api.post("/admin_api_keys", json={"name": "second", **body})
    answer.raise_for_status()
    return dict(answer.json())


async def status_with(api: httpx.AsyncClient, value: str) -> int:
    return (await api.get("/projects", headers={"Authorization": f"Bearer {value}"})).status_code


async def test_new_key_opens_the_api_until_it_is_deleted(api: httpx.AsyncClient, owner: User) -> None:
    key = await made(api)
    before = await status_with(api, key["value"])
    deleted = await api.delete(f"/admin_api_keys/{key['id']}")

    assert (before, deleted.json()["deleted"], await status_with(api, key["value"])) == (200, True, 401)


async def test_key_ends_when_its_time_is_up(api: httpx.AsyncClient, owner: User, organization: Organization) -> None:
    key = await made(api, expires_in_seconds=60)
    statuses = [await status_with(api, key["value"])]
    organization.clock.advance(61)
    statuses.append(await status_with(api, key["value"]))

    assert statuses == [200, 401]


async def test_key_ends_with_the_ownership_of_its_owner(api: httpx.AsyncClient, owner: User, reader: User) -> None:
    key = await made(api)
    assert key["owner"]["id"] == owner.id  # type: ignore[index] # one of the fields is an object

    await api.post(f"/users/{reader.id}", json={"role": "owner"})
    await api.post(f"/users/{owner.id}", json={"role": "reader"})

    assert await status_with(api, key["value"]) == 401


async def test_value_appears_once(api: httpx.AsyncClient, owner: User) -> None:
    key = await made(api)

    later = [await api.get("/admin_api_keys"), await api.get(f"/admin_api_keys/{key['id']}")]

    assert key["value"].startswith("sk-admin-")
    assert not [answer for answer in later if key["value"] in answer.text]


async def test_use_is_noted(api: httpx.AsyncClient, owner: User) -> None:
    key = await made(api)
    unused = (await api.get(f"/admin_api_keys/{key['id']}")).json()["last_used_at"]
    await status_with(api, key["value"])

    used = (await api.get(f"/admin_api_keys/{key['id']}")).json()["last_used_at"]

    assert (unused, used is None) == (None, False)


async def test_log_says_which_key_did_it(api: httpx.AsyncClient, owner: User) -> None:
    key = await made(api)
    headers = {"Authorization": f"Bearer {key['value']}"}
    await api.post("/projects", json={"name": "QA"}, headers=headers)

    (entry,) = (await api.get("/audit_logs", params={"event_types[]": "project.created"})).json()["data"]

    assert entry["actor"]["api_key"]["id"] == key["id"]
    assert entry["actor"]["api_key"]["user"]["id"] == owner.id


@pytest.mark.parametrize("seconds", [0, 31_536_001, None, "60"])
async def test_lifetime_is_between_a_second_and_a_year(api: httpx.AsyncClient, seconds: object) -> None:
    answer = await api.post("/admin_api_keys", json={"name": "x", "expires_in_seconds": seconds})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, "expires_in_seconds")


async def test_keys_are_listed_in_either_order(api: httpx.AsyncClient, owner: User) -> None:
    key = await made(api)

    orders = [(await api.get(f"/admin_api_keys?order={order}&limit=1")).json() for order in ("asc", "desc")]

    assert [page["data"][0]["name"] for page in orders] == ["First key", "second"]
    assert orders[1]["last_id"] == key["id"]


async def test_key_deleted_by_itself_is_dead_at_once(api: httpx.AsyncClient, organization: Organization) -> None:
    (first,) = (await api.get("/admin_api_keys")).json()["data"]
    deleted = await api.delete(f"/admin_api_keys/{first['id']}")

    assert (deleted.status_code, (await api.get("/projects")).status_code) == (200, 401)


def test_nobody_is_locked_out_of_a_sandbox(tmp_path: Path) -> None:
    organization = Organization(admin_key="sk-admin-test", data=tmp_path)
    organization.admin_keys._kept.clear()
    organization.close()

    again = Organization(data=tmp_path)
    again.close()

    assert again.admin_keys._kept.of()
    assert organization.admin_keys.admit("sk-admin-test") is None


def test_other_first_key_takes_the_place_of_the_old_one(tmp_path: Path) -> None:
    Organization(admin_key="sk-admin-old", data=tmp_path).close()

    again = Organization(admin_key="sk-admin-new", data=tmp_path)
    admitted = [again.admin_keys.admit(value) is not None for value in ("sk-admin-old", "sk-admin-new")]
    again.close()

    assert admitted == [False, True]
