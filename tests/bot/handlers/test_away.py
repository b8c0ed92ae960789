"""`/openai away` and `/openai back`: a form, a message to who decides meanwhile, and both names on what they decide."""

from tests.bot.handlers.office import Office, words
from workflows.lifecycle import State


async def hand_over(office: Office, who: str, delegate: str, last: str = "2026-11-25") -> None:
    view = (await office.command(who, "away"))["view"]
    answer = await office.submit(who, view, delegate=office.id(delegate), last=last)
    assert answer["ok"]
    assert "decides for you" in words(answer["view"])
    assert "They were told." in words(answer["view"])
    await office.told_everybody()


async def test_the_stand_in_is_told_called_and_decides_with_both_names(office: Office) -> None:
    await hand_over(office, "petra", "fay")
    assert "Petra* is away" in await office.told("fay")

    request = await office.ask_for_budget("dana")
    call = (await office.thread())[0]
    assert f"<@{office.id('fay')}> (for Petra, who is away)" in call["text"]
    await office.press("fay", "approve")
    await office.told_everybody()

    assert await office.state(request) is State.APPROVED
    assert "*Fay* (for Petra, who is away) approved" in words(await office.card())
    assert "Approved by *Fay (for Petra, who is away)*" in words(await office.thread())


async def test_what_waits_already_is_handed_over_and_comes_back(office: Office) -> None:
    await office.ask_for_budget("dana")

    await hand_over(office, "petra", "fay")
    assert "waits for your decision: *Petra* is away" in await office.told("fay")
    assert "(for Petra, who is away)" in words(await office.thread())
    assert "Raise the budget" in words((await office.command("fay", "approvals"))["ephemeral"])
    assert "*Fay* decides for you" in words((await office.command("petra", "away"))["view"])

    assert "Welcome back" in words((await office.command("petra", "back"))["ephemeral"])
    await office.told_everybody()
    assert "Petra* is back" in await office.told("fay")
    assert "waits for your decision again" in await office.told("petra")
    assert "for Petra" not in words((await office.thread())[0])
    assert "Nobody decides in your place" in words((await office.command("petra", "back"))["ephemeral"])


async def test_a_form_that_cannot_be_taken_says_so_at_its_field(office: Office) -> None:
    view = (await office.command("petra", "away"))["view"]

    assert "delegate" in (await office.submit("petra", view, delegate=office.id("petra"), last="2026-11-25"))["errors"]
    assert "last" in (await office.submit("petra", view, delegate=office.id("fay"), last="2026-11-01"))["errors"]


async def test_the_form_begins_with_the_day_that_it_is_for_its_person(office: Office) -> None:
    """Shortly before midnight in UTC it is tomorrow already in Berlin; what the form proposes must be taken."""
    office.workspace.user_named("petra").tz = "Europe/Berlin"
    office.company.clock.advance(hours=14.5)
    view = (await office.command("petra", "away"))["view"]
    (last,) = [each["element"]["initial_date"] for each in view["blocks"] if each.get("block_id") == "last"]

    assert last == "2026-11-24"
    assert (await office.submit("petra", view, delegate=office.id("fay"), last=last))["ok"]
