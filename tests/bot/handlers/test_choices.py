"""What the selects of a form offer, some of it once the form's project is chosen."""

import asyncio

import pytest

from bot.handlers import guard
from bot.handlers.choices import key_label
from sandbox.openai.permissions import MEMBER_OF_PROJECT
from tests.bot.everything import Everything
from tests.bot.handlers.office import JSON, Office
from tests.support.access import custom_role
from tests.support.clock import Clock
from workflows.errors import AdminAPIUnclear

DEPENDING = ("key", "scopes")


@pytest.fixture(autouse=True)
def _asks_everything(office: Office) -> None:
    office.service.kinds = {**office.service.kinds, "everything": Everything}


async def form(office: Office, text: str = "everything internal-qa") -> JSON:
    await office.command("dana", text)
    return await office.view_saying("dana", "Who decides")


async def offered(office: Office, view: JSON, field: str, query: str = "") -> dict[str, str]:
    return {each["value"]: each["text"]["text"] for each in await office.options("dana", view, field, query)}


async def with_key(office: Office, name: str = "ci") -> str:
    """Have Petra make herself a key at the dashboard; returns its id."""
    local, project_id = office.company.local, office.company.project_id
    (petra,) = await office.company.api.users(["petra@acme.example"])
    key, _ = local.add_user_key(project_id, petra.id, name)
    return key.id


@pytest.mark.parametrize("field", DEPENDING)
async def test_nothing_of_a_project_is_offered_before_one_is_chosen(office: Office, field: str) -> None:
    await with_key(office)
    view = await form(office, "everything")

    assert await offered(office, view, field) == {}


async def test_the_project_that_is_chosen_in_the_form_decides_what_is_offered(office: Office) -> None:
    key_id = await with_key(office)
    view = await form(office, "everything")
    await office.action("dana", "value", block_id="project", view_id=view["id"], value=office.company.project_id)

    assert list(await offered(office, view, "key")) == [key_id]


@pytest.mark.parametrize(("query", "found"), [("", True), ("CI", True), ("petra", True), ("deploy", False)])
async def test_a_key_is_found_by_its_name_or_its_owner(office: Office, query: str, *, found: bool) -> None:
    key_id = await with_key(office)
    view = await form(office)

    assert list(await offered(office, view, "key", query)) == ([key_id] if found else [])


def test_a_key_is_named_with_its_end_and_its_last_use_however_long_its_name_is(clock: Clock) -> None:
    used = clock()
    clock.advance(days=3)

    assert key_label("ci", "sk-proj-****ab12", used, clock()) == "ci · sk-…ab12 · last used 3 days ago"
    assert key_label("ci", "sk-proj-****ab12", None, clock()) == "ci · sk-…ab12 · never used"
    label = key_label("x" * 200, "sk-proj-****ab12", used, clock())
    assert len(label) <= 75
    assert label.endswith(" · sk-…ab12 · last used 3 days ago")


async def test_scopes_are_what_the_projects_roles_permit(office: Office) -> None:
    view = await form(office)

    assert {"api.model.request", "api.responses.write"} <= set(await offered(office, view, "scopes"))
    assert list(await offered(office, view, "scopes", "Responses.W")) == ["api.responses.write"]


async def test_roles_are_every_projects_three_and_the_projects_own(office: Office) -> None:
    role_id = await custom_role(office.company, "Archivist")
    view = await form(office)

    own = {"owner": "Owner", "member": "Member", "viewer": "Viewer", role_id: "Archivist"}
    assert await offered(office, view, "role") == own
    assert MEMBER_OF_PROJECT not in own


async def test_of_two_groups_with_one_name_the_ids_are_shown(office: Office) -> None:
    local = office.company.local
    one, other, third = (local.add_group(name=name) for name in ("Research", "Research", "Support"))
    view = await form(office)

    assert await offered(office, view, "group") == {
        one.id: f"Research ({one.id})",
        other.id: f"Research ({other.id})",
        third.id: "Support",
    }


async def test_one_person_and_one_model_are_found_like_several(office: Office) -> None:
    view = await form(office)

    assert await offered(office, view, "person", "oli") == {"olivia@acme.example": "Olivia (olivia@acme.example)"}
    assert await offered(office, view, "model", "gpt-5-mini") == {"gpt-5-mini": "gpt-5-mini"}


async def test_at_most_a_hundred_are_offered(office: Office) -> None:
    for number in range(120):
        office.company.local.add_group(name=f"Group {number}")
    view = await form(office)

    assert len(await offered(office, view, "group")) == 100


async def test_slack_is_answered_in_time_when_openai_is_slow(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    view = await form(office)
    go, roles = asyncio.Event(), office.service.organization.roles

    async def slowly(project_id: str) -> object:
        await go.wait()
        return await roles(project_id)

    monkeypatch.setattr(office.service.organization, "roles", slowly)
    monkeypatch.setattr(guard, "ANSWER_WITHIN", 0.05)

    assert await offered(office, view, "scopes") == {}
    go.set()


async def test_an_empty_list_is_offered_while_openai_does_not_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = await form(office)

    async def away(_project_id: str) -> object:
        raise AdminAPIUnclear("no answer")

    monkeypatch.setattr(office.service.organization, "keys", away)

    assert await offered(office, view, "key") == {}


async def test_a_form_opens_with_a_notice_while_openai_does_not_answer(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*_given: object) -> object:
        raise AdminAPIUnclear("no answer")

    monkeypatch.setattr(office.service, "preview", away)
    await office.command("dana", "everything internal-qa")

    view = await office.view_saying("dana", "OpenAI did not answer")
    assert view["blocks"][0]["text"]["text"].startswith("❗ OpenAI did not answer")
    assert view["state"]["values"]["project"]["value"]["selected_option"]["value"] == office.company.project_id
