"""The directory over a real Slack workspace: who is who, and every doubt an error."""

from collections.abc import Awaitable, Callable

import pytest

from bot import slack_api
from bot.directory import DirectoryUnavailable, SlackDirectory
from tests.bot.workplace import Workplace
from tests.support.clock import Clock
from workflows.errors import AmbiguousPerson, ForeignWorkspace, UnknownPerson
from workflows.model import Directory


@pytest.fixture(name="directory")
def _directory(workplace: Workplace, clock: Clock) -> SlackDirectory:
    client = workplace.client()
    return SlackDirectory(client=client, identity=slack_api.WhoAmI(client), clock=lambda: clock().timestamp())


def test_it_is_what_the_domain_asks_for(directory: SlackDirectory) -> None:
    assert isinstance(directory, Directory)


async def test_a_person_is_found_by_id_with_the_address_in_lower_case(
    workplace: Workplace, directory: SlackDirectory
) -> None:
    ada = workplace.workspace.add_user("ada", "Ada Lovelace", email="Ada@Acme.Example", tz="Europe/London")

    person = await directory.person(ada.id)

    assert (person.id, person.email, person.name, person.tz) == (
        ada.id,
        "ada@acme.example",
        "Ada Lovelace",
        "Europe/London",
    )


async def test_a_person_is_found_by_address_in_any_case(workplace: Workplace, directory: SlackDirectory) -> None:
    assert (await directory.by_email(" Dana@ACME.example ")).id == workplace.id("dana")


@pytest.mark.parametrize("id_or_name", ["U00000000", "USLACKBOT", "the bot", "gone"])
async def test_who_cannot_act_is_nobody(workplace: Workplace, directory: SlackDirectory, id_or_name: str) -> None:
    gone = workplace.workspace.add_user("gone", deleted=True)
    known = {"the bot": workplace.workspace.bot.user_id, "gone": gone.id}

    with pytest.raises(UnknownPerson):
        await directory.person(known.get(id_or_name, id_or_name))


@pytest.mark.parametrize("email", ["nobody@acme.example", "gone@example.com", ""])
async def test_an_address_of_nobody_active_is_nobody(
    workplace: Workplace, directory: SlackDirectory, email: str
) -> None:
    workplace.workspace.add_user("gone", deleted=True)

    with pytest.raises(UnknownPerson):
        await directory.by_email(email)


async def test_somebody_of_another_workspace_is_refused(workplace: Workplace, directory: SlackDirectory) -> None:
    mallory = workplace.workspace.add_user("mallory", team_id="T0THER000")

    with pytest.raises(ForeignWorkspace):
        await directory.person(mallory.id)
    with pytest.raises((ForeignWorkspace, UnknownPerson)):
        await directory.by_email("mallory@example.com")


async def test_two_accounts_with_one_address_are_never_guessed_about(
    workplace: Workplace, directory: SlackDirectory
) -> None:
    workplace.workspace.add_user("dana2", email="dana@acme.example")

    with pytest.raises(AmbiguousPerson):
        await directory.by_email("dana@acme.example")


async def test_a_deactivated_twin_makes_nobody_ambiguous(workplace: Workplace, directory: SlackDirectory) -> None:
    workplace.workspace.add_user("dana2", email="dana@acme.example", deleted=True)

    assert (await directory.by_email("dana@acme.example")).id == workplace.id("dana")


async def test_a_group_is_its_active_members_of_this_workspace(workplace: Workplace, directory: SlackDirectory) -> None:
    gone = workplace.workspace.add_user("gone", deleted=True)
    mallory = workplace.workspace.add_user("mallory", team_id="T0THER000")
    bot = workplace.workspace.bot.user_id
    members = [workplace.id("dana"), gone.id, mallory.id, bot, workplace.id("omar")]
    workplace.workspace.add_usergroup("finance", "Finance", members)

    found = await directory.group("@Finance")

    assert {each.name for each in found} == {"Dana", "Omar"}


async def test_an_unknown_group_is_an_error_not_an_empty_one(directory: SlackDirectory) -> None:
    with pytest.raises(UnknownPerson):
        await directory.group("nobody")


@pytest.mark.parametrize(
    ("question", "method"),
    [
        ("person", "users.info"),
        ("by_email", "users.lookupByEmail"),
        ("by_email", "users.list"),
        ("group", "usergroups.list"),
        ("group", "usergroups.users.list"),
        ("group", "users.info"),
        ("search", "users.list"),
        ("person", "auth.test"),
    ],
)
@pytest.mark.parametrize("fault", [{"error": "internal_error"}, {"drop": "after"}, {"error": "ratelimited"}])
async def test_a_silent_slack_is_doubt_not_nobody(
    workplace: Workplace, directory: SlackDirectory, question: str, method: str, fault: dict[str, str]
) -> None:
    workplace.workspace.add_usergroup("finance", "Finance", [workplace.id("dana")])
    workplace.fault(methods=[{"method": method, "times": -1, **fault}])
    questions: dict[str, Callable[[], Awaitable[object]]] = {
        "person": lambda: directory.person(workplace.id("dana")),
        "by_email": lambda: directory.by_email("dana@acme.example"),
        "group": lambda: directory.group("finance"),
        "search": lambda: directory.search("dana", 5),
    }
    asked = questions[question]

    with pytest.raises(DirectoryUnavailable, match="try again"):
        await asked()

    workplace.fault(clear=True)
    assert await asked()


async def test_who_is_deactivated_is_noticed_within_a_minute(
    workplace: Workplace, directory: SlackDirectory, clock: Clock
) -> None:
    await directory.person(workplace.id("dana"))
    workplace.workspace.user_named("dana").deleted = True
    clock.advance(seconds=60)

    with pytest.raises(UnknownPerson):
        await directory.person(workplace.id("dana"))


async def test_who_leaves_a_group_is_noticed_within_a_minute(
    workplace: Workplace, directory: SlackDirectory, clock: Clock
) -> None:
    group = workplace.workspace.add_usergroup("finance", "Finance", [workplace.id("dana"), workplace.id("omar")])
    await directory.group("finance")
    group.members.remove(workplace.id("dana"))
    clock.advance(seconds=60)

    assert [each.name for each in await directory.group("finance")] == ["Omar"]


async def test_the_same_question_is_asked_of_slack_once_in_a_while(
    workplace: Workplace, directory: SlackDirectory
) -> None:
    for _ in range(3):
        await directory.person(workplace.id("dana"))

    assert workplace.calls("users.info") == 1


async def test_type_ahead_finds_active_people_by_name_or_address(
    workplace: Workplace, directory: SlackDirectory
) -> None:
    workplace.workspace.add_user("gone", email="gone@acme.example", deleted=True)

    assert [each.name for each in await directory.search("ACME.example", 10)] == ["Dana", "Olivia", "Omar"]
    assert [each.name for each in await directory.search("oli", 10)] == ["Olivia"]
    assert len(await directory.search("", 2)) == 2
