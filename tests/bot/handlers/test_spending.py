"""`/openai spend`: the answer at once, the chart by direct message, and no figure for whom it is no business of."""

import pytest

from tests.bot.handlers.office import JSON, Office, until, words
from tests.support.charts import BLANK
from tests.workflows.budgets.watching import spend


@pytest.fixture(name="spent")
async def _spent(office: Office) -> Office:
    """Have internal-qa, whose limit is 500 dollars, spend 410."""
    spend(office.company, 410, item="gpt-5, output")
    office.company.pass_time(minutes=30)
    await office.company.budgets.collect()
    await office.company.organization.project_owners(office.company.project_id)
    return office


async def answered(office: Office, who: str, text: str) -> str:
    return words((await office.command(who, text))["ephemeral"])


async def pictures(office: Office, who: str) -> list[JSON]:
    messages = await office.sees(who, office.id(who))
    return [block for each in messages for block in each.get("blocks", []) if block["type"] == "image"]


async def test_a_project_is_told_at_once_and_its_chart_comes_directly(spent: Office) -> None:
    said = await answered(spent, "petra", "spend internal-qa")

    assert "*Spent:* $410 of $500 (82%)" in said
    assert "• gpt-5: $410 (100%)" in said
    assert "The chart comes in a direct message." in said
    (picture,) = await until(lambda: pictures(spent, "petra"))
    assert "$410 so far, of a limit of $500 (82%)" in picture["alt_text"]
    assert spent.workspace.store.upload(picture["slack_file"]["id"]) == BLANK


async def test_a_chart_that_cannot_be_brought_is_said_to_be_missing(spent: Office) -> None:
    await spent.fault(methods=[{"method": "files.getUploadURLExternal", "error": "missing_scope", "times": -1}])

    assert "$410 of $500" in await answered(spent, "petra", "spend internal-qa")

    async def said() -> bool:
        return "could not be made" in await spent.told("petra")

    await until(said)
    assert await pictures(spent, "petra") == []


async def test_without_a_project_it_is_all_that_concern_the_person(spent: Office) -> None:
    assert "*internal-qa*: $410 of $500 (82%)" in await answered(spent, "petra", "spend")
    assert "*Together:* $410" in await answered(spent, "olivia", "spend")
    assert "No project that you belong to is known here" in await answered(spent, "fay", "spend")


async def test_others_get_a_sentence_and_no_chart(spent: Office) -> None:
    said = await answered(spent, "fay", "spend internal-qa")

    assert "is for its members, administrators and auditors" in said
    assert "$" not in said
    await spent.background.drain(2)
    assert await pictures(spent, "fay") == []


async def test_a_project_that_is_not_known_is_asked_about(spent: Office) -> None:
    assert "Did you mean internal-qa?" in await answered(spent, "petra", "spend internl-qa")


async def test_the_launcher_shows_it_in_place(spent: Office) -> None:
    view = (await spent.command("petra"))["view"]

    await spent.action("petra", "open:spend", view_id=view["id"])

    assert "$410 of $500" in words(await spent.view_saying("petra", "*Together:*"))


async def test_a_mistyped_word_is_understood(spent: Office) -> None:
    assert "Did you mean `/openai spend`?" in await answered(spent, "petra", "spent")
