"""What is given for a time says since when and until when, and how it is prolonged, ended and taken back."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import cards
from bot.blocks import problems
from tests.bot.paper import DANA, NOW, REQUEST, buttons, dossier, granted, step, words
from workflows.lifecycle import State
from workflows.model import Dossier, Reference, StepRecord, StepState

DAY = "2026-12-03"
BUNDLE = (
    step(0, "Create the project"),
    step(1, "Set its limit"),
    step(2, "Allow gpt-5", StepState.REFUSED),
    step(3, "Add Dana", StepState.PLANNED),
)


def bundle(state: State, *more: StepRecord) -> Dossier:
    return replace(dossier(state), steps=(*BUNDLE, *more))


def test_a_grant_says_since_when_and_until_when() -> None:
    shown = words(cards.card(granted()))

    assert f"*Given:* <!date^{int(NOW.timestamp())}^since" in shown
    assert "^until {date_short_pretty}" in shown
    assert "Expires" not in shown


def test_a_request_that_is_not_decided_says_its_own_expiry_and_the_last_day_of_what_it_asks_for() -> None:
    shown = words(cards.card(granted(State.PENDING, granted_at=None)))

    assert "^Expires {date_short_pretty}" in shown
    assert "its last day is 2026-12-02 (UTC)" in shown


@pytest.mark.parametrize("state", [State.REVERTING, State.REVERT_FAILED, State.REVERTED, State.DENIED, State.COMPLETED])
def test_what_was_never_given_says_nothing_of_its_end(state: State) -> None:
    shown = words(cards.card(granted(state, granted_at=None)))

    assert "*For a time:*" not in shown
    assert "*Given:*" not in shown


def test_only_a_grant_that_stands_has_its_buttons() -> None:
    found = buttons(cards.card(granted()))

    assert {name: each["text"]["text"] for name, each in found.items()} == {
        "extend": "Extend by 10 days",
        "give_back": "Give back",
    }
    assert "confirm" in found["give_back"]
    assert found["extend"]["visible_to_user_ids"] == [DANA.id]
    for state in set(State) - {State.GRANTED}:
        assert not {"extend", "give_back"} & set(buttons(cards.card(granted(state))))


@pytest.mark.parametrize("hour", [0, 11, 12, 23])
def test_it_is_prolonged_by_the_days_it_was_asked_for_at_whatever_hour_it_is_given(hour: int) -> None:
    given = cards.card(granted(granted_at=NOW.replace(hour=hour), created_at=NOW.replace(hour=hour)))

    assert buttons(given)["extend"]["text"]["text"] == "Extend by 10 days"


def test_the_notice_of_an_end_has_the_buttons_while_that_end_stands() -> None:
    near = cards.ending(granted(), DAY)

    assert set(buttons(near)) == {"extend", "give_back"}
    assert all(Reference.parse(each["value"]).request_id == "R7K2" for each in buttons(near).values())
    assert "ends soon" in near.text


@pytest.mark.parametrize(
    ("late", "said"),
    [
        (granted(ends_at=NOW + timedelta(days=30)), "was given more time"),
        (granted(State.REVERTING), "Being taken back"),
        (granted(State.REVERTED), "Over: taken back"),
    ],
)
def test_a_notice_of_an_end_that_is_over_says_what_became_of_it(late: Dossier, said: str) -> None:
    past = cards.ending(late, DAY)

    assert not buttons(past)
    assert said in words(past)


def test_a_failure_in_the_middle_says_what_stays_and_where_trying_again_goes_on() -> None:
    card = cards.card(bundle(State.FAILED))

    assert "2 steps marked ✓ are done and stay that way. *Try again* goes on from: Allow gpt-5." in words(card)
    assert {"retry", "abandon"} == set(buttons(card))
    assert "confirm" in buttons(card)["abandon"]


def test_what_failed_at_its_first_step_has_nothing_to_take_back() -> None:
    card = cards.card(replace(dossier(State.FAILED), steps=BUNDLE[2:]))

    assert set(buttons(card)) == {"retry"}
    assert "stays" not in words(card)


@pytest.mark.parametrize("state", [State.REVERTING, State.REVERT_FAILED, State.REVERTED])
def test_the_way_back_from_a_failure_shows_its_own_steps_only(state: State) -> None:
    later = NOW + timedelta(minutes=5)
    back = (step(4, "Put the limit back", at=later), step(5, "Archive the project", StepState.PLANNED, later))

    shown = words(cards.card(bundle(state, *back)))

    assert "✓ Put the limit back\n· Archive the project" in shown
    assert "Add Dana" not in shown


def test_the_way_back_of_a_grant_shows_its_own_steps_only() -> None:
    held = granted(State.REVERTED)
    back = step(1, "Put the limit back to $500", at=NOW + timedelta(days=10))

    shown = words(cards.card(replace(held, steps=(*held.steps, back))))

    assert "✓ Put the limit back to $500" in shown
    assert "Set the limit to $800" not in shown


def test_a_bundle_of_many_steps_shows_every_one_of_them() -> None:
    steps = tuple(step(each, f"Step number {each} of a long list " * 4, StepState.INTENDED) for each in range(45))

    card = cards.card(replace(dossier(State.EXECUTING), steps=steps))

    assert not problems(card.blocks)
    assert all(f"Step number {each} of" in words(card) for each in range(45))


def test_the_ledger_says_what_for_whom_where_until_when_and_how_it_stands() -> None:
    held = granted().request

    shown = words(cards.ledger([held]))

    for fact in ("*Raise the budget", "^until {date", "for Dana Dev", "internal-qa", "for a limited time", "`R7K2`"):
        assert fact in shown
    assert "Nothing" in words(cards.ledger([]))


def test_a_ledger_of_hundreds_is_one_message_that_slack_takes() -> None:
    listed = cards.ledger([granted().request] * 200)

    assert not problems(listed.blocks)
    assert words(listed).count("`R7K2`") == 200


def test_an_automatic_approval_is_named_beside_its_rule() -> None:
    ruling = replace(REQUEST.ruling, stages=(), auto=True)

    for state in State:
        assert "Rule: big raises (approved by itself)" in words(cards.card(dossier(state, ruling=ruling)))
