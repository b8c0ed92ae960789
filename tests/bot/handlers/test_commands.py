"""`/openai` and its words."""

import pytest

from tests.bot.handlers.office import Office, action_ids, words
from workflows.kind import Kind
from workflows.kinds import discover


async def test_the_command_alone_offers_every_kind(office: Office) -> None:
    answer = await office.command("dana")

    assert {f"open:{each.word}" for each in office.service.kinds.values()} <= action_ids(answer["view"]["blocks"])
    assert "*New project*" in words(answer["view"])


@pytest.mark.parametrize("kind", discover().values(), ids=lambda kind: kind.kind)
async def test_a_word_opens_its_form(office: Office, kind: type[Kind]) -> None:
    await office.command("dana", kind.word)

    view = await office.view_saying("dana", "Who decides")
    fields = [each["block_id"] for each in view["blocks"] if each["type"] == "input"]
    assert fields == list(kind.asks())
    assert view["callback_id"] == f"submit:{kind.kind}"


@pytest.mark.parametrize("kind", [each for each in discover().values() if "project" in each.asks()])
async def test_every_kind_about_a_project_has_it_filled_in(office: Office, kind: type[Kind]) -> None:
    await office.command("dana", f"{kind.word} internal-qa")

    view = await office.view_saying("dana", "Who decides")
    chosen = view["state"]["values"]["project"]["value"]["selected_option"]
    assert chosen["value"] == office.company.project_id


@pytest.mark.parametrize("named", ["internal-qa", "INTERNAL-QA", "internal", "id"])
async def test_a_project_named_after_the_word_is_filled_in(office: Office, named: str) -> None:
    await office.command("dana", f"budget {office.company.project_id if named == 'id' else named}")

    view = await office.view_saying("dana", "Spent this month")
    chosen = view["state"]["values"]["project"]["value"]["selected_option"]
    assert chosen["value"] == office.company.project_id
    assert chosen["text"]["text"] == "internal-qa"


async def test_a_name_after_new_is_filled_in(office: Office) -> None:
    await office.command("dana", "new support <bot>")

    view = await office.view_saying("dana", "Who decides")
    assert view["state"]["values"]["name"]["value"]["value"] == "support <bot>"


async def test_a_misspelt_project_gets_the_nearest_one(office: Office) -> None:
    await office.command("dana", "budget internl-q")

    assert await office.view_saying("dana", "There is no project internl-q. Did you mean internal-qa?")


async def test_an_unknown_word_gets_the_nearest_one_and_help(office: Office) -> None:
    answers = {
        "bugdet": "Did you mean `/openai budget`?",
        "approval": "Did you mean `/openai approvals`?",
        "xyzzy": "`/openai xyzzy` is unknown.",
        "teleport": "`/openai teleport` is unknown.",
        "<!channel>": "&lt;!channel&gt;",
        "*b*": "`/openai \N{ASTERISK OPERATOR}b\N{ASTERISK OPERATOR}` is unknown.",
        "x" * 9000: "is unknown.",
    }
    for typed, answer in answers.items():
        said = words((await office.command("dana", typed))["ephemeral"])

        assert answer in said
        assert "`/openai mine`" in said
        assert "<!channel>" not in said


async def test_help_lists_every_word(office: Office) -> None:
    said = words((await office.command("dana", "help"))["ephemeral"])

    kinds = [each.word for each in office.service.kinds.values()]
    for word in (*kinds, "mine", "approvals", "status", "grants", "who", "audit", "help"):
        assert f"`/openai {word}" in said


async def test_mine_lists_what_i_asked_for_and_nobody_elses(office: Office) -> None:
    request = await office.ask_for_budget("dana")

    assert request.id in words((await office.command("dana", "mine"))["ephemeral"])
    assert "You have not asked for anything yet." in words((await office.command("olivia", "mine"))["ephemeral"])


async def test_approvals_lists_what_waits_for_me(office: Office) -> None:
    request = await office.ask_for_budget("dana")

    assert request.id in words((await office.command("petra", "approvals"))["ephemeral"])
    assert "Nothing waits for your decision." in words((await office.command("dana", "approvals"))["ephemeral"])


@pytest.mark.parametrize("reference", ["", " given"])
async def test_status_shows_a_request_without_its_buttons(office: Office, reference: str) -> None:
    request = await office.ask_for_budget("dana")

    answer = await office.command("dana", "status" + (f" {request.id}" if reference else ""))

    assert "Waiting for a decision" in words(answer["ephemeral"])
    assert not action_ids(answer["ephemeral"][0]["blocks"])


async def test_status_of_nothing_says_so(office: Office) -> None:
    answer = await office.command("dana", "status NOSUCH")

    assert "There is no such request" in words(answer["ephemeral"])


async def test_the_shortcut_opens_the_launcher(office: Office) -> None:
    answer = await office.shortcut("dana", "open_launcher")

    assert answer["view"]["callback_id"] == "launcher"


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("budget", "Raise or cut"),
        ("mine", "You have not asked"),
        ("approvals", "Nothing waits"),
        ("grants", "Nothing that you may see"),
        ("who", "in which project?"),
        ("help", "`/openai mine`"),
        ("audit", "is for the auditors"),
    ],
)
async def test_the_launchers_buttons_show_what_their_words_would(office: Office, word: str, shown: str) -> None:
    view = (await office.command("dana"))["view"]

    await office.action("dana", f"open:{word}", view_id=view["id"])

    assert (await office.view_saying("dana", shown))["id"] == view["id"]


async def test_a_view_that_slack_refuses_to_open_is_explained(office: Office) -> None:
    await office.fault(methods=[{"method": "views.open", "error": "expired_trigger_id"}])

    answer = await office.command("dana")

    assert answer["ok"]
    assert "Slack did not take that" in words(answer["ephemeral"])
