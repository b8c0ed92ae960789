"""Lists of any length can be read to the end, also while they change."""

import httpx
import openai
import pytest

from sandbox.openai import Organization


async def test_sdk_reads_hundreds_of_projects_over_pages(address: str, organization: Organization) -> None:
    made = [organization.add_project(name=f"p{number}").id for number in range(450)]

    async with openai.AsyncOpenAI(admin_api_key=organization.admin_key, base_url=f"{address}/v1") as client:
        listed = [project.id async for project in client.admin.organization.projects.list(limit=100)]

    assert listed == [organization.default_project.id, *made]


async def test_two_thousand_projects_are_listed(api: httpx.AsyncClient, organization: Organization) -> None:
    for number in range(2_000):
        organization.add_project(name=f"p{number}")
    seen, after, more = set[str](), "", True

    while more:
        page = (await api.get(f"/projects?limit=100{after}")).json()
        seen.update(project["id"] for project in page["data"])
        after, more = f"&after={page['last_id']}", page["has_more"]

    assert len(seen) == 2_001


async def test_project_archived_between_two_pages_still_is_a_cursor(
    api: httpx.AsyncClient, organization: Organization
) -> None:
    made = [organization.add_project(name=f"p{number}").id for number in range(5)]
    first = (await api.get("/projects?limit=3")).json()
    await api.post(f"/projects/{first['last_id']}/archive")

    rest = (await api.get(f"/projects?limit=3&after={first['last_id']}")).json()

    assert [project["id"] for project in rest["data"]] == made[2:]
    assert not rest["has_more"]


@pytest.mark.parametrize("limit", [1, 2, 3, 4, 100])
async def test_every_page_size_gives_the_same_list(
    api: httpx.AsyncClient, organization: Organization, limit: int
) -> None:
    for number in range(6):
        organization.add_user(email=f"u{number}@example.com", name=f"U{number}")
    names, after, more = [], "", True

    while more:
        page = (await api.get(f"/users?limit={limit}{after}")).json()
        names += [user["name"] for user in page["data"]]
        after, more = f"&after={page['last_id']}", page["has_more"]

    assert names == [f"U{number}" for number in range(6)]


async def test_several_emails_find_their_users(api: httpx.AsyncClient, organization: Organization) -> None:
    for number in range(30):
        organization.add_user(email=f"u{number}@example.com", name=f"U{number}")
    emails = ["u3@example.com", "U29@EXAMPLE.com", "nobody@example.com"]

    page = (await api.get("/users", params={"emails[]": emails})).json()

    assert [user["name"] for user in page["data"]] == ["U3", "U29"]
    assert not page["has_more"]
