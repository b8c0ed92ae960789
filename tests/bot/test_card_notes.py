"""Whatever happens to a request is told in words: in its thread, to its requester, and loudly where it must be."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot import cards
from bot.blocks import problems
from bot.cards.notes import SENTENCES
from tests.bot.paper import CLAIM, DANA, NOW, OLIVIA, OMAR, dossier, granted, words
from workflows.lifecycle import State

EVENTS = [*SENTENCES, "something_new"]
REFUSED = {"event": "refused"}


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_is_told_to_the_thread_and_to_the_requester(event: str) -> None:
    payload = {"event": event, "by": "Omar Owner", "note": "Because", "to": DANA.id}

    note, direct = cards.note(dossier(), payload), cards.direct(dossier(), payload)

    assert "Raise the budget of internal-qa" in note.text
    assert ">Because" in words(note)
    assert "our request" in direct.text
    assert "/openai status R7K2" in words(direct)
    assert not problems(note.blocks) + problems(direct.blocks)


def test_a_request_in_the_middle_of_a_sentence_is_written_small() -> None:
    denied = cards.direct(dossier(State.DENIED), {"event": "denied", "by": "Omar Owner"})

    assert denied.text == "⛔ *Omar Owner* denied your request *Raise the budget of internal-qa*."


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        pytest.param({}, "is done. *Monthly limit:* $500 → $800", id="a value changed"),
        pytest.param({"changes": (), "project_id": "proj_new"}, "is done. Project: `proj_new`", id="new"),
    ],
)
def test_what_is_done_is_told_with_what_exists_now(made: dict[str, Any], expected: str) -> None:
    assert expected in cards.note(dossier(State.COMPLETED, **made), {"event": "succeeded"}).text


def test_the_channel_of_a_request_is_a_click_away() -> None:
    held = dossier(channel="C0SUPPORT")

    assert "in <#C0SUPPORT>" in words(cards.listing("Mine", [held.request], empty="None."))
    assert "In <#C0SUPPORT>" in words(cards.direct(held, {"event": "opened"}))
    assert "<#" not in words(cards.direct(dossier(channel="#requests"), {"event": "opened"}))


def test_a_failure_is_told_with_its_problem() -> None:
    failed = dossier(State.FAILED, problem="The project is archived.")

    assert "The project is archived." in cards.direct(failed, {"event": "refused"}).text


def test_every_event_has_words_of_its_own() -> None:
    told = {cards.note(granted(), {"event": event, "by": OMAR.name}).text for event in EVENTS}

    assert len(told) == len(EVENTS)


def test_who_is_concerned_is_not_told_that_it_is_their_request() -> None:
    told = cards.direct(dossier(), {"event": "concerned", "by": DANA.name, "to": OLIVIA.id})

    assert told.text.startswith("📣 *Dana Dev* asks for something that concerns you: *Raise the budget")
    ruling = replace(dossier().request.ruling, auto=True)
    at_once = cards.direct(dossier(ruling=ruling), {"event": "concerned", "by": DANA.name, "to": OLIVIA.id})
    assert at_once.text.startswith("📣 *Dana Dev* needs no decision to have something that concerns you: ")


def test_a_failure_in_the_middle_names_both_ways_out() -> None:
    failed = dossier(State.FAILED)

    assert "*Try again* on the card once the cause is mended, or *Take back*" in words(cards.note(failed, REFUSED))
    assert "*Take back*" not in words(cards.note(replace(failed, steps=()), REFUSED))


def test_an_end_is_told_with_its_moment() -> None:
    assert "it stands until {date_short_pretty}" in cards.note(granted(), {"event": "ending"}).text
    assert "it stands until {date_short_pretty}" in cards.note(granted(), {"event": "extended"}).text


def test_an_old_key_that_is_still_used_is_told_with_the_day_of_its_end() -> None:
    retiring = replace(dossier(), claim=replace(CLAIM, retire_at=NOW + timedelta(days=7)))

    told = cards.note(retiring, {"event": "old_key_used", "note": "Last used an hour ago."})

    assert "It is revoked {date_short_pretty}" in told.text
    assert ">Last used an hour ago." in words(told)


def test_an_alarm_says_whose_request_it_is_and_where_to_look() -> None:
    alarm = cards.alarm(granted(State.REVERT_FAILED, problem="No such project."), {"event": "revert_failed"})

    assert ">No such project." in words(alarm)
    assert "Asked by Dana Dev" in words(alarm)
    assert "/openai status R7K2" in words(alarm)
    assert not problems(alarm.blocks)
