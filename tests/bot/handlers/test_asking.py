"""Asking back and answering, from the buttons and in words; and approving with a note."""

import pytest

from tests.bot.handlers.office import Office, action_ids, until, words
from tests.bot.handlers.test_mentions import say
from workflows.lifecycle import State


async def asked(office: Office, text: str = "For how <!here> long?") -> None:
    view = (await office.press("petra", "ask"))["view"]
    assert (await office.submit("petra", view, reason=text))["ok"]
    await office.told_everybody()


async def test_an_approval_with_a_note_shows_it_to_everybody(office: Office) -> None:
    request = await office.ask_for_budget("dana")

    view = (await office.press("petra", "approve_note"))["view"]
    assert await office.state(request) is State.PENDING
    assert "reason" in (await office.submit("petra", view, reason=""))["errors"]
    assert (await office.submit("petra", view, reason="Until the launch <!here>"))["ok"]
    await office.told_everybody()

    assert await office.state(request) is State.APPROVED
    for told in (await office.told("dana"), words(await office.card()), words(await office.thread())):
        assert "Until the launch &lt;!here&gt;" in told


async def test_a_question_stands_in_the_thread_with_the_requesters_button_and_on_the_card(office: Office) -> None:
    await office.ask_for_budget("dana")

    await asked(office)

    question = (await office.thread())[-1]
    assert f"<@{office.id('dana')}>" in question["text"]
    assert action_ids(question["blocks"]) == {"answer"}
    assert "waits for an answer of Dana" in words(await office.card())
    for told in (await office.told("dana"), words(question), words(await office.card())):
        assert "For how &lt;!here&gt; long?" in told


async def test_the_requester_answers_in_a_dialog(office: Office) -> None:
    await office.ask_for_budget("dana")
    await asked(office)

    view = (await office.press("dana", "answer"))["view"]
    assert "For how &lt;!here&gt; long?" in words(view["blocks"])
    assert (await office.submit("dana", view, reason="A month"))["ok"]
    await office.told_everybody()

    question = (await office.thread())[-1]
    assert "A month" in words(question)
    assert not action_ids(question["blocks"])
    assert "💬 *Dana* answered" in words(await office.card())
    assert "A month" in await office.told("petra")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("answer A month", "A month"),
        ("A month, as we said", "A month, as we said"),
        ("status quo: no", "status quo: no"),
    ],
)
async def test_the_requester_answers_by_mentioning_the_bot(office: Office, text: str, kept: str) -> None:
    request = await office.ask_for_budget("dana")
    await asked(office)

    await say(office, "dana", text)

    async def answered() -> bool:
        return [each.answer for each in (await office.service.dossier(request.id)).inquiries] == [kept]

    await until(answered)
    assert await office.state(request) is State.PENDING


@pytest.mark.parametrize("who", ["petra", "omar"])
async def test_nobody_elses_words_are_an_answer(office: Office, who: str) -> None:
    request = await office.ask_for_budget("dana")
    await asked(office)

    await say(office, who, "A month")

    async def helped() -> bool:
        return "In a request's thread I understand" in words(await office.thread(who))

    await until(helped)
    assert [each.answer for each in (await office.service.dossier(request.id)).inquiries] == [""]


async def test_who_may_not_ask_is_told_in_the_dialog(office: Office) -> None:
    request = await office.ask_for_budget("dana")

    view = (await office.press("omar", "ask"))["view"]
    answer = await office.submit("omar", view, reason="Why?")

    assert "Only who may decide this" in answer["errors"]["reason"]
    assert not (await office.service.dossier(request.id)).inquiries


async def test_somebody_else_who_presses_answer_is_told_that_it_is_not_theirs(office: Office) -> None:
    await office.ask_for_budget("dana")
    await asked(office)
    question = (await office.thread())[-1]
    (button,) = question["blocks"][-1]["elements"]

    await office.deliver(
        {
            "type": "block_actions",
            "team": {"id": office.workspace.id},
            "user": {"id": office.id("omar"), "team_id": office.workspace.id},
            "channel": {"id": office.requests},
            "message": {"ts": question["ts"], "thread_ts": question["thread_ts"]},
            "actions": [button | {"action_ts": "1.2"}],
        }
    )

    async def told() -> bool:
        return "only they can answer it" in words([await office.thread("omar"), await office.sees("omar")])

    await until(told)


async def test_a_question_that_nobody_answered_says_so_when_it_is_over(office: Office) -> None:
    await office.ask_for_budget("dana")
    await asked(office)

    await office.press("petra", "approve")
    await office.told_everybody()

    question = next(each for each in await office.thread() if "asks" in each["text"])
    assert not action_ids(question["blocks"])
    assert "not answered" in words(question)
