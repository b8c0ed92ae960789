"""Claims about the lifecycle table; none of them is a copy of it."""

from pathlib import Path

import pytest

from workflows.errors import InvalidTransition
from workflows.lifecycle import FINAL, TRANSITIONS, Event, State, advance, diagram

README = Path(__file__).parents[2] / "README.md"


def reachable(state: State, *without: Event) -> set[State]:
    """Return every state that can follow *state*, if none of *without* ever happened."""
    found: set[State] = set()
    waiting = [state]
    while waiting:
        for event, target in TRANSITIONS[waiting.pop()].items():
            if event not in without and target not in found:
                found.add(target)
                waiting.append(target)
    return found


def test_nothing_runs_without_a_quorum_or_an_emergency() -> None:
    assert State.EXECUTING not in reachable(State.PENDING, Event.QUORUM_REACHED, Event.GLASS_BROKEN)
    assert {state for state, exits in TRANSITIONS.items() if Event.GLASS_BROKEN in exits} == {State.PENDING}


def test_nobody_can_cancel_a_call_in_flight() -> None:
    for state in (State.EXECUTING, State.UNCONFIRMED, State.REVERTING):
        assert Event.CANCELLED not in TRANSITIONS[state]


def test_a_cut_off_call_is_looked_at_before_anything_else() -> None:
    assert set(TRANSITIONS[State.UNCONFIRMED]) == {Event.LOOKED}


def test_a_failed_request_is_tried_again_or_taken_back_and_nothing_else() -> None:
    assert set(TRANSITIONS[State.FAILED]) == {Event.RETRIED, Event.ABANDONED}


def test_what_was_taken_back_is_never_given_again() -> None:
    assert State.GRANTED not in reachable(State.REVERTING)


def test_what_is_granted_can_always_end() -> None:
    assert State.REVERTED in reachable(State.GRANTED)
    assert State.REVERTED in reachable(State.REVERT_FAILED)


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_every_request_can_end(state: State) -> None:
    assert reachable(state) & FINAL


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_row_and_is_reached(state: State) -> None:
    assert state in TRANSITIONS
    assert state is State.PENDING or state in reachable(State.PENDING)


@pytest.mark.parametrize("state", sorted(FINAL))
def test_nothing_happens_to_what_is_finished(state: State) -> None:
    for event in Event:
        with pytest.raises(InvalidTransition):
            advance(state, event)


def test_the_readme_shows_this_table() -> None:
    assert f"```mermaid\n{diagram()}\n```" in README.read_text("utf-8")
