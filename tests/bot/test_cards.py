"""Every request in every state becomes a card that says what is to be decided, and a call to those who decide."""

from dataclasses import replace

import pytest

from bot import cards
from bot.blocks import problems
from tests.bot.paper import DANA, OLIVIA, OMAR, REQUEST, buttons, dossier, said, words
from workflows.lifecycle import State
from workflows.model import Dossier, Reference, Verdict


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_card_with_its_own_words(state: State) -> None:
    card = cards.card(dossier(state))

    assert not problems(card.blocks)
    assert len({words(cards.card(dossier(each))) for each in State}) == len(State)
    assert "Raise the budget of internal-qa" in card.text


def test_a_waiting_card_shows_what_one_decides_on() -> None:
    shown = words(cards.card(dossier(State.PENDING, said(OLIVIA), stage=1, fallback_used=True)))

    for fact in (
        "Raise the budget of internal-qa",
        "Dana Dev",
        "Launch on Monday",
        "*Monthly limit:* $500 → $800",
        "A raise of 60 %.",
        "Rule: big raises",
        "✅ *Owner* (the project's owners): *Olivia Owner* approved",
        "⏳ *Finance* (2 of @finance): waiting for Olivia Owner, Omar Owner <!date^1795424400^since {date_short_pretty",
        "fallback approvers",
        "<!date^",
    ):
        assert fact in shown


def test_the_rule_is_shown_with_its_condition() -> None:
    ruling = replace(REQUEST.ruling, condition="request.raise_amount < 5.0 && spend.share > 0.5")

    assert "Rule: big raises, when `request.raise_amount &lt; 5.0 &amp;&amp;" in words(
        cards.card(dossier(ruling=ruling))
    )


def test_a_decision_is_shown_with_its_author_and_words() -> None:
    shown = words(cards.card(dossier(State.DENIED, said(OMAR, Verdict.DENY, note="Not *now*\n<!here>"))))

    assert "*Omar Owner* denied" in shown
    assert ">Not *now*\n>&lt;!here&gt;" in shown


def test_a_request_that_ended_early_does_not_show_the_stages_nobody_came_to() -> None:
    shown = words(cards.card(dossier(State.DENIED, said(OMAR, Verdict.DENY))))

    assert "*Owner*" in shown
    assert "*Finance*" not in shown


@pytest.mark.parametrize("state", [State.FAILED, State.UNCONFIRMED])
def test_trouble_is_shown_with_what_was_done_so_far(state: State) -> None:
    shown = words(cards.card(dossier(state, problem="The project is archived.")))

    assert "✓ Set the limit to $800" in shown
    assert "The project is archived." in shown


def test_a_finished_card_says_what_exists_now() -> None:
    made = dossier(State.COMPLETED, project_id="", receipt={"project_id": "proj_new"})

    assert "*Project:* `proj_new`" in words(cards.card(made))


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (State.PENDING, {"edit", "cancel"}),
        (State.APPROVED, {"cancel"}),
        (State.FAILED, {"retry", "abandon"}),
        (State.REVERT_FAILED, {"retry"}),
        (State.EXECUTING, set()),
        (State.REVERTING, set()),
    ],
)
def test_a_card_has_only_the_buttons_that_still_work(state: State, expected: set[str]) -> None:
    found = buttons(cards.card(dossier(state)))

    assert set(found) == expected
    assert all(Reference.parse(each["value"]) == Reference(request_id="R7K2", stage=0) for each in found.values())
    assert not buttons(cards.card(dossier(state), buttons=False))


def test_cancel_is_drawn_for_the_requester_alone() -> None:
    assert buttons(cards.card(dossier()))["cancel"]["visible_to_user_ids"] == [DANA.id]


def test_a_stage_calls_those_who_may_still_decide() -> None:
    called = cards.stage(dossier(State.PENDING, said(OLIVIA, stage=1), stage=1), 1)

    assert f"<@{OMAR.id}>" in called.text
    assert f"<@{OLIVIA.id}>" not in called.text
    assert "1 of 2 approvals so far. Approved by Olivia Owner." in words(called)
    assert {name: each.get("style") for name, each in buttons(called).items()} == {
        "approve": "primary",
        "approve_note": None,
        "narrow": None,
        "ask": None,
        "deny": "danger",
    }


@pytest.mark.parametrize(
    ("late", "number", "sentence"),
    [
        pytest.param(
            dossier(State.PENDING, said(OLIVIA), stage=1), 0, "✅ Approved by *Olivia Owner*", id="next-stage"
        ),
        pytest.param(dossier(State.DENIED, said(OMAR, Verdict.DENY)), 0, "⛔ Denied by *Omar Owner*", id="denied"),
        pytest.param(dossier(State.CANCELLED), 0, "Cancelled", id="cancelled"),
        pytest.param(dossier(State.EXPIRED, said(OLIVIA), stage=1), 1, "Expired", id="expired"),
    ],
)
def test_a_decided_stage_has_no_buttons_and_calls_nobody(late: Dossier, number: int, sentence: str) -> None:
    closed = cards.stage(late, number)

    assert not buttons(closed)
    assert "<@" not in words(closed) + closed.text
    assert sentence in words(closed)


def test_a_list_shows_each_request_in_a_line_or_says_that_there_is_none() -> None:
    listed = cards.listing("Mine", [REQUEST, replace(REQUEST, id="R8", state=State.COMPLETED)], empty="Nothing.")

    assert "`R7K2`" in words(listed)
    assert "✅ *Done*" in words(listed)
    assert words(cards.listing("Mine", [], empty="Nothing.")).count("Nothing.") == 1
