"""The states of a request and the only table that changes them.

A request is *pending* while people decide. The policy (stages, quorum) says which event happened; the table
says what the event means. *approved* waits for the executor, which claims it (*executing*). A call that was cut
off leaves it *unconfirmed*: nobody knows yet whether it worked, so the executor looks before it acts again.
*failed* means OpenAI answered no; a person with authority may have it tried again, or have what was done until then
taken back. A grant is a change that ends by itself; its end is carried out like any other change, may be cut off, and
fails loudly.
"""

from collections.abc import Mapping
from enum import StrEnum

from workflows.errors import InvalidTransition


class State(StrEnum):
    PENDING = "pending"
    APPROVED = "approved"
    EXECUTING = "executing"
    UNCONFIRMED = "unconfirmed"
    FAILED = "failed"
    COMPLETED = "completed"
    GRANTED = "granted"
    REVERTING = "reverting"
    REVERT_FAILED = "revert_failed"
    REVERTED = "reverted"
    DENIED = "denied"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Event(StrEnum):
    """What happens to a request. The same words stand in the audit log."""

    QUORUM_REACHED = "quorum_reached"
    GLASS_BROKEN = "glass_broken"
    DENIED = "denied"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    CLAIMED = "claimed"
    SUCCEEDED = "succeeded"
    SUCCEEDED_UNTIL = "succeeded_until"
    REFUSED = "refused"
    CUT_OFF = "cut_off"
    LOOKED = "looked"
    RETRIED = "retried"
    ENDED = "ended"
    GIVEN_BACK = "given_back"
    REVOKED = "revoked"
    EXTENDED = "extended"
    ABANDONED = "abandoned"


TRANSITIONS: Mapping[State, Mapping[Event, State]] = {
    State.PENDING: {
        Event.QUORUM_REACHED: State.APPROVED,
        Event.GLASS_BROKEN: State.APPROVED,
        Event.DENIED: State.DENIED,
        Event.CANCELLED: State.CANCELLED,
        Event.LAPSED: State.EXPIRED,
    },
    State.APPROVED: {
        Event.CLAIMED: State.EXECUTING,
        Event.CANCELLED: State.CANCELLED,
    },
    State.EXECUTING: {
        Event.SUCCEEDED: State.COMPLETED,
        Event.SUCCEEDED_UNTIL: State.GRANTED,
        Event.REFUSED: State.FAILED,
        Event.CUT_OFF: State.UNCONFIRMED,
    },
    State.UNCONFIRMED: {
        Event.LOOKED: State.EXECUTING,
    },
    State.FAILED: {
        Event.RETRIED: State.APPROVED,
        Event.ABANDONED: State.REVERTING,
    },
    State.GRANTED: {
        Event.ENDED: State.REVERTING,
        Event.GIVEN_BACK: State.REVERTING,
        Event.REVOKED: State.REVERTING,
        Event.EXTENDED: State.GRANTED,
    },
    State.REVERTING: {
        Event.SUCCEEDED: State.REVERTED,
        Event.CUT_OFF: State.REVERTING,
        Event.REFUSED: State.REVERT_FAILED,
    },
    State.REVERT_FAILED: {
        Event.RETRIED: State.REVERTING,
    },
    State.COMPLETED: {},
    State.REVERTED: {},
    State.DENIED: {},
    State.CANCELLED: {},
    State.EXPIRED: {},
}

FINAL = frozenset(state for state, exits in TRANSITIONS.items() if not exits)


def advance(state: State, event: Event) -> State:
    """Return the state that *event* leads to.

    Raises ``InvalidTransition`` when the event cannot happen to a request in *state*.
    """
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise InvalidTransition(f"The request is {state} already; it cannot be {event} now.") from None


def diagram() -> str:
    """Return the table as the lines of a Mermaid state diagram, as the README shows it."""
    rows = (
        f"    {state} --> {target}: {event}" for state, exits in TRANSITIONS.items() for event, target in exits.items()
    )
    return "\n".join(("stateDiagram-v2", "    [*] --> pending: opened", *rows))
