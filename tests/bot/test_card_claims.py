"""A card says of a key who may take it and what became of it, and shows the button to its requester alone."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import cards
from bot.blocks import problems
from tests.bot.paper import CLAIM, DANA, NOW, buttons, offering, words
from workflows.model import ClaimState


def test_an_open_key_waits_for_its_requester_on_the_card() -> None:
    card = cards.card(offering())

    assert "*Key:* waits for Dana Dev" in words(card)
    assert buttons(card)["claim"]["visible_to_user_ids"] == [DANA.id]


def test_the_requesters_message_says_how_it_goes_and_until_when() -> None:
    message = cards.claim(offering(), 1)

    assert "^Take it until {date_short_pretty}" in words(message)
    assert "you see it once" in words(message)
    assert set(buttons(message)) == {"claim"}


@pytest.mark.parametrize(
    ("state", "problem", "button"),
    [
        (ClaimState.OPEN, "", {"claim"}),
        (ClaimState.OPEN, "It could not be shown.", {"claim"}),
        (ClaimState.MINTING, "", {"claim"}),
        (ClaimState.MINTING, "It could not be shown.", set()),
        (ClaimState.CLAIMED, "", set()),
        (ClaimState.LAPSED, "Nobody came.", {"offer"}),
    ],
)
def test_only_the_button_that_works_is_there(state: ClaimState, problem: str, button: set[str]) -> None:
    held = offering(state, problem=problem)

    for message in (cards.card(held), cards.claim(held, 1)):
        assert set(buttons(message)) == button
        assert not problems(message.blocks)


def test_an_earlier_offer_points_to_the_later_one() -> None:
    earlier = cards.claim(offering(offers=2), 1)

    assert not buttons(earlier)
    assert "offered again, further down" in earlier.text


def test_a_taken_key_says_when_it_was_used_first_and_when_it_ends() -> None:
    fresh = offering(ClaimState.CLAIMED, claimed_at=NOW)
    used = offering(ClaimState.CLAIMED, claimed_at=NOW, first_used_at=NOW, expires_at=NOW + timedelta(days=90))

    assert "Not used yet · never expires" in words(cards.card(fresh))
    assert "^First used {date_short_pretty}" in words(cards.card(used))
    assert "^expires {date_short_pretty}" in words(cards.card(used))


ROTATED = replace(CLAIM.terms, replaces="key_old")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"terms": ROTATED, "retire_at": NOW + timedelta(days=7)}, "*Old key:* works <!date^"),
        ({"terms": replace(ROTATED, when_unused=True), "retire_at": NOW}, "*Old key:* revoked once nobody"),
        ({"terms": ROTATED, "retire_at": NOW, "retired_at": NOW}, "*Old key:* gone · <!date^"),
    ],
)
def test_a_rotation_says_what_becomes_of_the_old_key(changes: dict[str, object], said: str) -> None:
    assert said in words(cards.card(offering(ClaimState.CLAIMED, claimed_at=NOW, **changes)))
