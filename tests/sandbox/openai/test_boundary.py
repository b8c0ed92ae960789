"""Projects as the boundary: what is final, what the Default project refuses, who can be a member."""

import httpx
import pytest

from sandbox.openai import Organization
from sandbox.openai.records import User

pytestmark = pytest.mark.usefixtures("wrong_on_purpose")


def message(answer: httpx.Response) -> str:
    return str(answer.json()["error"]["message"])


async def test_two_projects_may_have_the_same_name(api: httpx.AsyncClient) -> None:
    first = await api.post("/projects", json={"name": "QA"})
    second = await api.post("/projects", json={"name": "QA"})

    assert first.json()["id"] != second.json()["id"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", {"name": "again"}),
        ("POST", "/archive", None),
        ("GET", "/users", None),
        ("GET", "/service_accounts", None),
        ("POST", "/service_accounts", {"name": "ci"}),
        ("GET", "/api_keys", None),
        ("GET", "/rate_limits", None),
        ("POST", "/model_permissions", {"mode": "allow_list", "model_ids": []}),
        ("POST", "/spend_limit", {"threshold_amount": 1, "currency": "USD", "interval": "month"}),
        ("GET", "/spend_alerts", None),
    ],
)
async def test_archived_project_cannot_be_used(
    api: httpx.AsyncClient, organization: Organization, method: str, path: str, body: dict[str, object] | None
) -> None:
    project = organization.add_project(name="Old")
    await api.post(f"/projects/{project.id}/archive")

    answer = await api.request(method, f"/projects/{project.id}{path}", json=body)

    assert (answer.status_code, message(answer)) == (400, "Project Old is archived")


async def test_archiving_ends_members_accounts_and_keys(
    api: httpx.AsyncClient, organization: Organization, reader: User
) -> None:
    project = organization.add_project(name="Old")
    organization.add_member(project.id, reader.id)
    account = await api.post(f"/projects/{project.id}/service_accounts", json={"name": "ci"})
    value = account.json()["api_key"]["value"]

    await api.post(f"/projects/{project.id}/archive")

    assert organization.keys.recognise(value) is None
    assert not organization.keys.owned_by(project.id, account.json()["id"])


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "", {"name": "Ours"}),
        ("POST", "/archive", None),
        ("POST", "/users", {"email": "rita@example.com", "role": "member"}),
        ("POST", "/service_accounts", {"name": "ci"}),
    ],
)
async def test_default_project_refuses(
    api: httpx.AsyncClient, organization: Organization, reader: User, method: str, path: str, body: object
) -> None:
    default = organization.default_project

    answer = await api.request(method, f"/projects/{default.id}{path}", json=body)

    assert (answer.status_code, organization.default_project) == (400, default)


async def test_default_project_can_be_limited(api: httpx.AsyncClient, organization: Organization) -> None:
    limit = {"threshold_amount": 500, "currency": "USD", "interval": "month"}

    answer = await api.post(f"/projects/{organization.default_project.id}/spend_limit", json=limit)

    assert answer.json()["threshold_amount"] == 500


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({"residency": "JP_STORAGE"}, "residency"),
        ({"residency": "EU_STORAGE_PROCESSING", "geography": "EU"}, "geography"),
        ({"external_key_id": "extkey_1"}, "external_key_id"),
        ({"name": "  "}, "name"),
    ],
)
async def test_project_that_cannot_be_had_is_refused(api: httpx.AsyncClient, body: dict[str, str], param: str) -> None:
    answer = await api.post("/projects", json={"name": "QA", **body})

    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)


async def test_number_of_projects_has_an_end(api: httpx.AsyncClient, organization: Organization) -> None:
    for number in range(1_998):
        organization.add_project(name=f"p{number}")

    last = await api.post("/projects", json={"name": "last"})
    one_more = await api.post("/projects", json={"name": "one more"})

    assert (last.status_code, one_more.status_code) == (200, 400)


async def test_stranger_cannot_be_added_to_a_project(api: httpx.AsyncClient, organization: Organization) -> None:
    project = organization.add_project(name="QA")

    by_email = await api.post(f"/projects/{project.id}/users", json={"email": "x@example.com", "role": "member"})
    by_id = await api.post(f"/projects/{project.id}/users", json={"user_id": "user-x", "role": "member"})
    unnamed = await api.post(f"/projects/{project.id}/users", json={"role": "member"})

    assert [by_email.status_code, by_id.status_code, unnamed.status_code] == [400, 404, 400]


async def test_member_is_added_once_and_removed_once(
    api: httpx.AsyncClient, organization: Organization, reader: User
) -> None:
    project = organization.add_project(name="QA")
    body, path = {"user_id": reader.id, "role": "member"}, f"/projects/{project.id}/users"

    await api.post(path, json=body)
    again = await api.post(path, json=body)
    await api.delete(f"{path}/{reader.id}")
    gone = await api.delete(f"{path}/{reader.id}")

    assert "already exists in project" in message(again)
    assert (gone.status_code, message(gone)) == (400, f"User {reader.id} is not a member of {project.id}")


async def test_organization_owner_stays_owner_of_a_project(
    api: httpx.AsyncClient, organization: Organization, owner: User
) -> None:
    project = organization.add_project(name="QA")
    path = f"/projects/{project.id}/users"

    added = await api.post(path, json={"user_id": owner.id, "role": "member"})
    demoted = await api.post(f"{path}/{owner.id}", json={"role": "member"})
    removed = await api.delete(f"{path}/{owner.id}")

    assert added.json()["role"] == "owner"
    assert [demoted.status_code, removed.status_code] == [400, 400]


async def test_new_organization_owner_owns_the_projects_joined_before(
    api: httpx.AsyncClient, organization: Organization, reader: User
) -> None:
    project = organization.add_project(name="QA")
    organization.add_member(project.id, reader.id)

    await api.post(f"/users/{reader.id}", json={"role_id": "role-api-organization-owner"})

    member = await api.get(f"/projects/{project.id}/users/{reader.id}")
    assert member.json()["role"] == "owner"


async def test_last_owner_can_neither_leave_nor_step_down(api: httpx.AsyncClient, owner: User) -> None:
    demoted = await api.post(f"/users/{owner.id}", json={"role": "reader"})
    deleted = await api.delete(f"/users/{owner.id}")

    assert [demoted.status_code, deleted.status_code] == [400, 400]


async def test_removed_user_is_gone_from_every_project(
    api: httpx.AsyncClient, organization: Organization, reader: User
) -> None:
    project = organization.add_project(name="QA")
    organization.add_member(project.id, reader.id)
    _, value = organization.add_user_key(project.id, reader.id, "laptop")

    await api.delete(f"/users/{reader.id}")

    assert (await api.get(f"/projects/{project.id}/users")).json()["data"] == []
    assert organization.keys.recognise(value) is None


@pytest.mark.parametrize(
    ("projects", "joins_default", "joins_project"),
    [(None, True, False), ([], False, False), (["project"], False, True)],
    ids=["omitted", "none", "one"],
)
async def test_accepted_invite_gives_the_promised_projects(
    api: httpx.AsyncClient,
    organization: Organization,
    projects: list[str] | None,
    joins_default: bool,  # noqa: FBT001 - a column of the table above
    joins_project: bool,  # noqa: FBT001 - a column of the table above
) -> None:
    project = organization.add_project(name="QA")
    body: dict[str, object] = {"email": "new@example.com", "role": "reader"}
    if projects is not None:
        body["projects"] = [{"id": project.id, "role": "owner"} for _ in projects]
    invite = await api.post("/invites", json=body)

    user = organization.accept_invite(invite.json()["id"])

    default = await api.get(f"/projects/{organization.default_project.id}/users")
    own = await api.get(f"/projects/{project.id}/users")
    assert (user.id in {each["id"] for each in default.json()["data"]}) is joins_default
    assert [(each["id"], each["role"]) for each in own.json()["data"]] == [(user.id, "owner")] * joins_project


async def test_invite_that_was_accepted_or_ran_out_is_no_longer_open(
    api: httpx.AsyncClient, organization: Organization
) -> None:
    first = (await api.post("/invites", json={"email": "a@example.com", "role": "reader"})).json()["id"]
    late = (await api.post("/invites", json={"email": "b@example.com", "role": "owner"})).json()["id"]
    organization.accept_invite(first)
    organization.clock.advance(7 * 86_400)

    statuses = [(await api.get(f"/invites/{each}")).json()["status"] for each in (first, late)]

    assert statuses == ["accepted", "expired"]
    assert (await api.delete(f"/invites/{first}")).status_code == 400


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"email": "RITA@example.com"}, 400),
        ({"email": "nonsense"}, 400),
        ({"email": "x@example.com", "projects": [{"id": "proj_none", "role": "member"}]}, 404),
        ({"email": "x@example.com", "projects": [{"id": "proj_none", "role": "viewer"}]}, 400),
    ],
    ids=["already a user", "no address", "no such project", "no such role"],
)
async def test_invite_that_makes_no_sense_is_refused(
    api: httpx.AsyncClient, reader: User, body: dict[str, object], status: int
) -> None:
    answer = await api.post("/invites", json={"role": "reader", **body})

    assert answer.status_code == status
    assert (await api.get("/invites")).json()["data"] == []
