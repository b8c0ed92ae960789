"""Models refuse whoever may not call them, with OpenAI's statuses and codes, and never repeat a key."""

from typing import Any

import httpx
import openai
import pytest

from sandbox.openai import Organization
from sandbox.openai.boundary.denials import blotted, duration
from sandbox.openai.records import USERS, User
from tests.sandbox.openai.calling import HELLO, KINDS, calling, issue

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")


async def refused(address: str, value: str, model: str = "gpt-4.1", **options: Any) -> openai.APIStatusError:
    async with calling(address, value, **options) as client:
        with pytest.raises(openai.APIStatusError) as caught:
            await client.chat(model)
    return caught.value


@pytest.mark.parametrize("kind", KINDS)
async def test_unknown_key_is_refused_without_being_repeated(address: str, kind: str) -> None:
    value = "sk-proj-" + "secret" * 10

    async with calling(address, value, kind) as client:
        with pytest.raises(openai.AuthenticationError) as caught:
            await client.chat()

    assert caught.value.code == "invalid_api_key"
    assert (caught.value.request_id or "").startswith("req_")
    assert "secretsecret" not in caught.value.message
    assert caught.value.message.endswith("cret.")


@pytest.mark.parametrize("header", [None, "", "Basic abc", "Bearer"])
async def test_request_without_a_key_is_told_so(address: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    async with httpx.AsyncClient(headers=headers) as http:
        answer = await http.get(f"{address}/v1/models")

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, None)


async def test_admin_key_works_on_no_model(address: str, organization: Organization) -> None:
    error = await refused(address, organization.admin_key)

    assert (error.status_code, "model.request" in error.message) == (401, True)


async def test_project_key_works_on_no_administration(address: str, organization: Organization) -> None:
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {issue(organization).value}"}) as http:
        answer = await http.get(f"{address}/v1/organization/projects")

    assert answer.status_code == 401


async def test_key_works_until_the_second_it_expires(address: str, organization: Organization) -> None:
    issued = issue(organization, lifetime=60)
    async with calling(address, issued.value) as client:
        await client.chat()
    organization.clock.advance(60)

    assert (await refused(address, issued.value)).code == "invalid_api_key"


async def test_revoked_key_works_no_more(address: str, api: httpx.AsyncClient, organization: Organization) -> None:
    issued = issue(organization)
    async with calling(address, issued.value) as client:
        await client.chat()
        await api.delete(f"/projects/{issued.project.id}/api_keys/{issued.key.id}")
        with pytest.raises(openai.AuthenticationError):
            await client.chat()


async def test_key_of_an_archived_project_works_no_more(
    address: str, api: httpx.AsyncClient, organization: Organization
) -> None:
    issued = issue(organization)
    await api.post(f"/projects/{issued.project.id}/archive")

    assert (await refused(address, issued.value)).status_code == 401


@pytest.mark.parametrize(
    ("scopes", "may_list", "may_chat", "may_respond"),
    [
        ((), True, True, True),
        (("api.all.read",), True, False, False),
        (("api.model.read",), True, False, False),
        (("api.model.request",), False, True, True),
        (("api.responses.write",), False, False, True),
        (("api.files.read",), False, False, False),
    ],
)
async def test_scopes_decide_what_a_key_may(
    address: str,
    organization: Organization,
    scopes: tuple[str, ...],
    may_list: bool,  # noqa: FBT001 - a column of the table above
    may_chat: bool,  # noqa: FBT001 - a column of the table above
    may_respond: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    headers = {"Authorization": f"Bearer {issue(organization, scopes=scopes).value}"}
    async with httpx.AsyncClient(base_url=f"{address}/v1", headers=headers) as http:
        answers = [
            await http.get("/models"),
            await http.post("/chat/completions", json={"model": "gpt-5", "messages": HELLO}),
            await http.post("/responses", json={"model": "gpt-5", "input": "Hello"}),
        ]

    assert [each.status_code for each in answers] == [200 if may else 401 for may in (may_list, may_chat, may_respond)]


async def test_account_without_a_role_may_nothing(address: str, organization: Organization) -> None:
    error = await refused(address, issue(organization, role="none").value)

    assert (error.status_code, "Missing scopes" in error.message) == (401, True)


async def test_person_who_left_the_project_may_nothing(
    address: str, api: httpx.AsyncClient, organization: Organization, reader: User
) -> None:
    project = organization.add_project(name="QA")
    organization.add_member(project.id, reader.id)
    _, value = organization.add_user_key(project.id, reader.id, "laptop")
    async with calling(address, value) as client:
        await client.chat()
    await api.delete(f"/projects/{project.id}/users/{reader.id}")

    assert (await refused(address, value)).status_code == 401


@pytest.mark.parametrize(
    ("option", "code"), [("project", "mismatched_project"), ("organization", "mismatched_organization")]
)
async def test_header_that_names_another_is_refused(
    address: str, organization: Organization, option: str, code: str
) -> None:
    error = await refused(address, issue(organization).value, **{option: "other"})

    assert (error.status_code, error.code) == (401, code)


@pytest.mark.parametrize(
    ("mode", "model", "status"),
    [
        ("allow_list", "o3", 200),
        ("allow_list", "gpt-4.1", 403),
        ("deny_list", "o3", 403),
        ("deny_list", "gpt-4.1", 200),
        ("deny_list", "gpt-9", 404),
    ],
)
async def test_projects_model_permissions_decide(
    address: str, api: httpx.AsyncClient, organization: Organization, mode: str, model: str, status: int
) -> None:
    issued = issue(organization)
    await api.post(f"/projects/{issued.project.id}/model_permissions", json={"mode": mode, "model_ids": ["o3"]})
    headers = {"Authorization": f"Bearer {issued.value}"}
    async with httpx.AsyncClient(base_url=f"{address}/v1", headers=headers) as http:
        answer = await http.post("/chat/completions", json={"model": model, "messages": HELLO})
        listed = (await http.get("/models")).json()["data"]
        found = await http.get(f"/models/{model}")

    assert answer.status_code == status
    assert status == 200 or answer.json()["error"]["code"] == "model_not_found"
    assert (model in {each["id"] for each in listed}) is (status == 200)
    assert found.status_code == (200 if status == 200 else 404)


async def test_model_for_something_else_is_refused(address: str, organization: Organization) -> None:
    error = await refused(address, issue(organization).value, "text-embedding-3-small")

    assert (error.status_code, error.param) == (404, "model")


async def test_refused_call_is_neither_used_nor_noted(address: str, organization: Organization, reader: User) -> None:
    project = organization.add_project(name="QA")
    organization.add_member(project.id, reader.id)
    key, value = organization.add_user_key(project.id, reader.id, "laptop")

    await refused(address, value, "gpt-9")

    assert organization.keys.recognise(value) == key
    assert organization.ledger.total(organization.clock.today()) is None


async def test_key_and_person_remember_their_last_call(
    address: str, api: httpx.AsyncClient, organization: Organization, reader: User
) -> None:
    project = organization.add_project(name="QA")
    organization.add_member(project.id, reader.id)
    key, value = organization.add_user_key(project.id, reader.id, "laptop")
    organization.clock.advance(90 * 86_400)
    async with calling(address, value) as client:
        await client.chat()

    shown = (await api.get(f"/projects/{project.id}/api_keys/{key.id}")).json()
    person = (await api.get(f"/users/{reader.id}")).json()

    assert shown["last_used_at"] - shown["created_at"] in range(90 * 86_400, 90 * 86_400 + 60)
    assert person["api_key_last_used_at"] == shown["last_used_at"]
    assert organization.store[USERS].of()[reader.id].api_key_last_used_at == shown["last_used_at"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("", ""),
        ("short", "*****"),
        ("sk-proj-abcdefghijkl", "sk-proj-********ijkl"),
        ("abcdefghijklmnop", "abcd********mnop"),
    ],
)
def test_key_is_blotted_out_but_for_its_ends(value: str, shown: str) -> None:
    assert blotted(value) == shown


@pytest.mark.parametrize(
    ("seconds", "written"),
    [(0, "0ms"), (0.0201, "21ms"), (8.64, "8.64s"), (59.9999, "60s"), (360, "6m0s"), (3_723, "1h2m3s")],
)
def test_spans_of_time_are_written_as_in_openais_headers(seconds: float, written: str) -> None:
    assert duration(seconds) == written
