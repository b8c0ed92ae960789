"""A card that waits in a freeze says who froze everything and why, and so does the answer to who threw the switch."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot import cards
from bot.blocks import problems
from tests.bot.paper import OLIVIA, dossier, words
from workflows.lifecycle import State
from workflows.model import Freeze

FREEZE = Freeze(number=3, by=OLIVIA, reason="A laptop is *gone*.\n<!here>", at=datetime(2026, 11, 24, tzinfo=UTC))


@pytest.mark.parametrize("state", [State.PENDING, State.APPROVED, State.EXECUTING, State.REVERTING])
def test_a_card_in_a_freeze_says_so_with_its_reason_and_keeps_its_buttons(state: State) -> None:
    frozen, ordinary = cards.card(replace(dossier(state), frozen=FREEZE)), cards.card(dossier(state))

    assert not problems(frozen.blocks)
    assert "*Olivia Owner* has frozen everything" in words(frozen)
    assert "nothing is carried out.\n>A laptop is *gone*.\n>&lt;!here&gt;" in words(frozen)
    actions = [each for each in frozen.blocks if each["type"] == "actions"]
    assert actions == [each for each in ordinary.blocks if each["type"] == "actions"]
    assert "frozen" not in words(ordinary)


def test_what_is_approved_in_a_freeze_is_not_promised_for_now() -> None:
    approved = {"event": "quorum_reached", "by": "Omar Owner"}

    assert "It will be carried out now." in cards.direct(dossier(State.APPROVED), approved).text
    held = replace(dossier(State.APPROVED), frozen=FREEZE)
    assert "It will be carried out when the freeze ends." in cards.direct(held, approved).text


def test_the_answers_say_what_still_happens_and_how_to_go_on() -> None:
    frozen, unfrozen = cards.frozen(FREEZE), cards.unfrozen(FREEZE)

    assert not problems(frozen.blocks) + problems(unfrozen.blocks)
    assert "`/openai unfreeze`" in words(frozen)
    assert "Keys that nobody saw are still revoked" in words(frozen)
    assert "*Work goes on.*" in words(unfrozen)
