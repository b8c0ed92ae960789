"""*Offer less* and *Change*, from the buttons: forms with what there is, one click to accept, a card that tells it."""

from tests.bot.handlers.office import Office, action_ids, words
from workflows.lifecycle import State


async def offered(office: Office, **values: str) -> None:
    view = (await office.press("petra", "narrow"))["view"]
    assert (await office.submit("petra", view, **values))["ok"]
    await office.told_everybody()


async def test_an_offer_stands_in_the_thread_and_one_click_takes_it(office: Office) -> None:
    request = await office.ask_for_budget("dana", "1,400")

    await offered(office, monthly_limit="700", reason="Until <!here> the launch")

    offer = (await office.thread())[-1]
    assert f"<@{office.id('dana')}>" in offer["text"]
    assert action_ids(offer["blocks"]) == {"accept", "decline"}
    assert "Until &lt;!here&gt; the launch" in words(offer)
    assert "offers you less than your request" in await office.told("dana")
    assert "to $700" in await office.told("dana")
    assert "waits for an answer of Dana" in words(await office.card())

    await office.press("dana", "accept")
    await office.told_everybody()

    assert await office.state(request) is State.APPROVED
    card = words(await office.card())
    assert "Dana accepted it" in card
    assert "$700" in card
    answered = (await office.thread())[1]
    assert action_ids(answered["blocks"]) == set()
    assert "offers Dana less: " in answered["text"], "What it was less than is not what is asked for any more."
    assert "accepted your offer" in await office.told("petra")


async def test_no_thank_you_leaves_it_waiting(office: Office) -> None:
    request = await office.ask_for_budget("dana", "1,400")
    await offered(office, monthly_limit="700")

    await office.press("dana", "decline")
    await office.told_everybody()

    assert await office.state(request) is State.PENDING
    assert "Dana did not accept it" in words(await office.card())
    assert "did not accept your offer" in await office.told("petra")


async def test_the_dialog_holds_what_was_asked_for_and_says_what_is_no_less(office: Office) -> None:
    await office.ask_for_budget("dana", "1,400")

    view = (await office.press("petra", "narrow"))["view"]
    inputs = {each["block_id"]: each for each in view["blocks"] if each["type"] == "input"}
    assert set(inputs) == {"monthly_limit", "until", "reason"}
    assert inputs["monthly_limit"]["element"]["initial_value"] == "$1,400"
    assert "Enter" not in str(inputs), "Nothing is drawn anew here: Enter sends the offer."
    refused = (await office.submit("petra", view, monthly_limit="2,000"))["errors"]
    assert "at most $1,400" in refused["monthly_limit"]


async def test_who_may_not_decide_is_told_so_and_gets_no_dialog(office: Office) -> None:
    await office.ask_for_budget("dana")

    answer = await office.press("fay", "narrow")

    assert answer.get("view") is None
    assert "you are not one of them" in words(await office.thread("fay"))


async def test_the_requester_changes_what_they_asked_for(office: Office) -> None:
    request = await office.ask_for_budget("dana", "1,400")
    assert action_ids((await office.card())["blocks"]) == {"edit", "cancel"}

    await office.press("dana", "edit")
    view = await office.view_saying("dana", "Who decides")
    assert view["submit"]["text"] == "Save changes"
    assert (await office.submit("dana", view, monthly_limit="900"))["ok"]
    await office.told_everybody()

    assert await office.state(request) is State.PENDING
    assert "$900" in words(await office.card())
    assert "changed what is asked for" in words(await office.thread())
    assert "changed what is asked for" in await office.told("petra")
    await office.press("petra", "approve")
    assert await office.state(request) is State.APPROVED


async def test_a_form_that_cannot_be_saved_stays_open_with_the_reason(office: Office) -> None:
    request = await office.ask_for_budget("dana", "1,400")
    await office.press("dana", "edit")
    view = await office.view_saying("dana", "Who decides")

    assert "monthly_limit" in (await office.submit("dana", view, monthly_limit="x"))["errors"]
    same = await office.submit("dana", view, monthly_limit="1,400")
    assert "Nothing here differs" in str(same["errors"])
    assert (await office.service.look_up(request.id)).revision == 0
