"""Who is let in, and how every wrong call is answered: OpenAI's error shape, never a stack trace."""

import httpx
import pytest

from sandbox.openai import Organization
from tests.support.openapi import Judged

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")


@pytest.mark.parametrize(
    "authorization", [None, "", "Bearer", "Bearer sk-admin-other", "Basic sk-admin-test", "sk-admin-test"]
)
async def test_anything_but_the_admin_key_is_unauthorised(address: str, authorization: str | None) -> None:
    headers = {} if authorization is None else {"Authorization": authorization}

    async with httpx.AsyncClient(base_url=f"{address}/v1/organization", headers=headers) as stranger:
        read = await stranger.get("/projects")
        write = await stranger.post("/projects", json={"name": "QA"})

    assert [read.status_code, write.status_code] == [401, 401]


async def test_key_of_a_project_opens_nothing_here(api: httpx.AsyncClient, organization: Organization) -> None:
    project = organization.add_project(name="QA")
    account = (await api.post(f"/projects/{project.id}/service_accounts", json={"name": "ci"})).json()
    value = account["api_key"]["value"]

    answer = await api.get("/costs?start_time=0", headers={"Authorization": f"Bearer {value}"})

    assert answer.status_code == 401
    assert "Missing scopes: api.management.read" in answer.json()["error"]["message"]
    assert value not in answer.text


async def test_admin_key_is_never_repeated(api: httpx.AsyncClient, organization: Organization) -> None:
    answers = [await api.get("/projects"), await api.get("/nothing"), await api.get("/audit_logs")]

    assert not [answer for answer in answers if organization.admin_key in answer.text]
    assert organization.admin_key not in repr(organization._identity)


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/projects/", 404),
        ("PUT", "/projects", 405),
        ("DELETE", "/projects", 405),
        ("GET", "/projects/proj_none", 404),
        ("GET", "/projects/proj_none/users", 404),
        ("GET", "/users/user-none", 404),
        ("GET", "/invites/invite-none", 404),
        ("GET", "/spend_alerts/alert_none", 404),
        ("DELETE", "/users/..%2f..", 404),
    ],
)
async def test_what_does_not_exist_is_answered_in_shape(
    api: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    answer = await api.request(method, path)

    assert answer.status_code == status
    assert set(answer.json()["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v2/organization/projects", "/v1/files"])
async def test_other_addresses_are_answered_in_shape(address: str, path: str) -> None:
    async with httpx.AsyncClient(base_url=address) as client:
        answer = await client.get(path)

    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "unknown_url")


@pytest.mark.parametrize(
    ("content", "param"),
    [
        (b"", "name"),
        (b"{", None),
        (b"\xff\xfe", None),
        (b"[]", None),
        (b"null", None),
        (b'"name"', None),
        (b'{"name": null}', "name"),
        (b'{"name": 5}', "name"),
        (b'{"name": "x", "colour": "red"}', "colour"),
        (b'{"name": "x", "residency": "MOON"}', "residency"),
        (b"[" * 5_000, None),
    ],
)
async def test_wrong_body_is_a_400_that_names_the_field(
    api: httpx.AsyncClient, content: bytes, param: str | None
) -> None:
    answer = await api.post("/projects", content=content)

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert len((await api.get("/projects")).json()["data"]) == 1


@pytest.mark.parametrize(
    ("query", "param"),
    [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("limit=ten", "limit"),
        ("limit=1&limit=2&limit[]=3&limit[gt]=4", "limit"),
        ("include_archived=perhaps", "include_archived"),
        ("after=proj_none", "after"),
        ("before=proj_none", "before"),
        ("colour=red", "colour"),
    ],
)
async def test_wrong_query_is_a_400_that_names_the_parameter(api: httpx.AsyncClient, query: str, param: str) -> None:
    answer = await api.get(f"/projects?{query}")

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


async def test_names_of_any_script_survive(api: httpx.AsyncClient, judge: Judged) -> None:
    name = "مشروع <!channel> 🚀\u202e\x00" + "x" * 10_000

    made = (await api.post("/projects", json={"name": name})).json()

    assert (await api.get(f"/projects/{made['id']}")).json()["name"] == name
