"""Requests on paper, for tests of how they are drawn: nothing here was ever stored."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.cards import Message
from workflows.lifecycle import State
from workflows.model import (
    Approvers,
    ApproverSource,
    Change,
    Claim,
    ClaimState,
    Decision,
    Dossier,
    KeyTerms,
    Person,
    Request,
    Ruling,
    Stage,
    StepRecord,
    StepState,
    Verdict,
)

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
DANA = Person(id="U0DANA", email="dana@acme.example", name="Dana Dev")
OLIVIA = Person(id="U0OLIVIA", email="olivia@acme.example", name="Olivia Owner")
OMAR = Person(id="U0OMAR", email="omar@acme.example", name="Omar Owner")
OWNERS = (Approvers(source=ApproverSource.PROJECT_OWNERS),)
FINANCE = (Approvers(source=ApproverSource.GROUP, value="finance"),)
TWO_STAGES = (Stage(name="owner", approvers=OWNERS), Stage(name="finance", approvers=FINANCE, quorum=2))

REQUEST = Request(
    id="R7K2",
    kind="budget",
    params={"reason": "Launch on Monday", "monthly_limit": 80_000},
    state=State.PENDING,
    version=3,
    stage=0,
    requester=DANA,
    ruling=Ruling(rule="big raises", stages=TWO_STAGES),
    title="Raise the budget of internal-qa",
    changes=(Change(label="Monthly limit", now="$500", proposed="$800"),),
    risks=("A raise of 60 %.",),
    project_id="proj_1",
    project_name="internal-qa",
    created_at=NOW,
    updated_at=NOW,
    expires_at=NOW + timedelta(days=3),
)


def said(person: Person, verdict: Verdict = Verdict.APPROVE, stage: int = 0, note: str = "") -> Decision:
    return Decision(request_id="R7K2", stage=stage, approver=person, verdict=verdict, note=note, at=NOW)


def dossier(state: State = State.PENDING, *decisions: Decision, **changes: Any) -> Dossier:
    steps = (
        StepRecord(
            request_id="R7K2",
            position=0,
            name="set_limit",
            says="Set the limit to $800",
            state=StepState.DONE,
            intended_at=NOW,
        ),
    )
    request = replace(REQUEST, state=state, **changes)
    return Dossier(request=request, decisions=decisions, steps=steps, awaited=(OLIVIA, OMAR))


def words(message: Message) -> str:
    def texts(thing: Any) -> list[str]:
        if isinstance(thing, dict):
            return [each for value in thing.values() for each in texts(value)]
        if isinstance(thing, list):
            return [each for value in thing for each in texts(value)]
        return [thing] if isinstance(thing, str) else []

    return "\n".join(texts(message.blocks))


def buttons(message: Message) -> dict[str, dict[str, Any]]:
    return {
        each["action_id"]: each for block in message.blocks if block["type"] == "actions" for each in block["elements"]
    }


CLAIM = Claim(
    request_id="R7K2",
    project_id="proj_1",
    requester_id=DANA.id,
    state=ClaimState.OPEN,
    terms=KeyTerms(account_id="svc_1", name="support-bot"),
    opened_at=NOW,
    lapses_at=NOW + timedelta(days=3),
)


def step(position: int, says: str, state: StepState = StepState.DONE, at: datetime = NOW) -> StepRecord:
    return StepRecord(
        request_id="R7K2", position=position, name=f"step {position}", says=says, state=state, intended_at=at
    )


def granted(state: State = State.GRANTED, **changes: Any) -> Dossier:
    """Return a raise that is given since today, until the end of the second day of December."""
    grant: dict[str, Any] = {
        "params": {**REQUEST.params, "until": "2026-12-02"},
        "granted_at": NOW,
        "ends_at": datetime(2026, 12, 3, tzinfo=UTC),
    }
    return dossier(state, **grant | changes)


def offering(state: ClaimState = ClaimState.OPEN, **changes: Any) -> Dossier:
    """Return a finished request whose key waits, or whatever became of it."""
    return replace(dossier(State.COMPLETED), claim=replace(CLAIM, state=state, **changes))
