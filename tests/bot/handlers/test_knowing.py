"""`/openai who`: for members, administrators and auditors, by name, by choice, and when OpenAI is silent."""

import pytest

from tests.bot.handlers.office import JSON, Office, words
from tests.support.access import custom_role
from workflows.errors import AdminAPIUnclear
from workflows.lifecycle import State


async def answered(office: Office, who: str, text: str = "who internal-qa") -> str:
    return words((await office.command(who, text))["ephemeral"])


async def test_everybody_with_a_place_in_the_project_is_named(office: Office) -> None:
    shown = await answered(office, "petra")

    assert "Who can do what in internal-qa" in shown
    assert "*Petra* · petra@acme.example · owner (directly)" in shown
    assert "owner (of the whole organisation)" in shown
    assert "As of" in shown


async def test_who_comes_through_a_group_is_named_with_it(office: Office) -> None:
    acme = office.company
    (dana,) = await acme.api.users(["dana@acme.example"])
    group = acme.local.add_group(name="Research", member_ids=[dana.id])
    role_id = await custom_role(acme, "Archivist")
    await acme.api.add_project_group(acme.project_id, group.id, role_id)

    shown = await answered(office, "dana")

    assert "*Dana* · dana@acme.example · Archivist (through Research)" in shown
    assert "*Research* · Archivist · 1 member" in shown


async def test_a_role_of_the_projects_own_is_named_for_who_has_no_other_place(office: Office) -> None:
    acme = office.company
    (dana,) = await acme.api.users(["dana@acme.example"])
    await acme.api.assign_user_role(acme.project_id, dana.id, await custom_role(acme, "Archivist"))

    assert "*Dana* · dana@acme.example · Archivist (directly)" in await answered(office, "petra")


async def test_a_role_that_a_request_gave_to_a_member_is_named_too(office: Office) -> None:
    acme = office.company
    (dana,) = await acme.api.users(["dana@acme.example"])
    await acme.api.add_project_user(acme.project_id, user_id=dana.id, role="member")
    role = await custom_role(acme, "Archivist")
    values = {"project": acme.project_id, "person": "dana@acme.example", "role": role, "reason": "Archives."}
    given = await acme.carried_out(await acme.ask("member", values), "pat")  # no rule is about it: the fallback decides
    assert given.state is State.COMPLETED

    assert "*Dana* · dana@acme.example · member (directly), Archivist (directly)" in await answered(office, "petra")


async def test_service_accounts_and_keys_are_named(office: Office) -> None:
    await office.offered_key()

    shown = await answered(office, "petra")

    assert "*support-bot* · member (directly)" in shown


@pytest.mark.parametrize("who", ["pat", "audra", "olivia"])
async def test_administrators_auditors_and_owners_of_the_organisation_may_know(office: Office, who: str) -> None:
    assert "*People*" in await answered(office, who)


async def test_others_get_one_sentence_and_are_written_down(office: Office) -> None:
    said = await answered(office, "fay")

    assert "is for its members, administrators and auditors" in said
    assert "petra" not in said.lower()
    async with office.company.database.read() as work:
        assert "who_refused" in [each.action async for each in work.audit_entries()]


async def test_a_project_that_is_not_known_is_asked_about(office: Office) -> None:
    answer = await office.command("petra", "who internl-qa")

    assert "Did you mean internal-qa?" in words(answer["ephemeral"])
    assert _select(answer["ephemeral"][0])["action_id"] == "who"


async def test_the_project_is_chosen_in_the_answer_and_shown_in_a_window(office: Office) -> None:
    message = (await office.command("petra", "who"))["ephemeral"][0]

    await office.action("petra", "who", channel=office.requests, ts=message["ts"], value=office.company.project_id)

    assert "*Petra*" in words(await office.view_saying("petra", "As of"))


async def test_the_launcher_asks_for_the_project_and_shows_it_in_place(office: Office) -> None:
    view = (await office.command("petra"))["view"]
    await office.action("petra", "open:who", view_id=view["id"])
    asked = await office.view_saying("petra", "in which project?")

    await office.action("petra", "who", view_id=asked["id"], value=office.company.project_id)

    assert (await office.view_saying("petra", "*People*"))["id"] == view["id"]


async def test_what_openai_does_not_say_is_left_out_and_named(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    async def away(_project_id: str) -> object:
        raise AdminAPIUnclear("no answer")

    monkeypatch.setattr(office.service.organization, "keys", away)

    shown = await answered(office, "petra")

    assert "Could not be read just now: its keys." in shown
    assert "*Petra*" in shown


async def test_nobody_is_told_while_it_cannot_be_known_whether_they_may(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_project_id: str) -> object:
        raise AdminAPIUnclear("no answer")

    monkeypatch.setattr(office.service.organization, "members", away)

    assert "did not say just now whether you belong" in await answered(office, "petra")


def _select(message: JSON) -> JSON:
    return dict(next(each["accessory"] for each in message["blocks"] if "accessory" in each))
