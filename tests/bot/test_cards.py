"""Every request, in every state and with any words in it, becomes a message that Slack takes."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.blocks import problems
from bot.cards import Message
from workflows.lifecycle import State
from workflows.model import (
    Approvers,
    ApproverSource,
    Change,
    Decision,
    Dossier,
    Person,
    Reference,
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
    [(State.PENDING, {"cancel"}), (State.APPROVED, {"cancel"}), (State.FAILED, {"retry"}), (State.EXECUTING, set())],
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


EVENTS = [
    "opened", "approval_given", "stage_completed", "quorum_reached", "denied", "cancelled", "lapsed", "claimed",
    "succeeded", "succeeded_until", "refused", "cut_off", "retried", "something_new",
]  # fmt: skip


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


def test_a_list_shows_each_request_in_a_line_or_says_that_there_is_none() -> None:
    listed = cards.listing("Mine", [REQUEST, replace(REQUEST, id="R8", state=State.COMPLETED)], empty="Nothing.")

    assert "`R7K2`" in words(listed)
    assert "✅ *Done*" in words(listed)
    assert words(cards.listing("Mine", [], empty="Nothing.")).count("Nothing.") == 1


HOSTILE = st.sampled_from(
    [
        "",
        " ",
        "plain",
        "<!channel>",
        "<@U0OLIVIA>",
        "*x* `y` ~z~",
        "\u202eevil",
        "\u05e9\u05dc\u05d5\u05dd",
        "🙂" * 400,
        "&" * 9000,
        "a\nb\n" * 3000,
        "\ud800\x00",
    ]
)
NAMED = st.builds(Person, id=st.sampled_from(["U0DANA", "U0OLIVIA", "U0OMAR"]), email=HOSTILE, name=HOSTILE)
CHANGES = st.lists(st.builds(Change, label=HOSTILE, now=HOSTILE, proposed=HOSTILE), max_size=60).map(tuple)
STAGES = st.lists(
    st.builds(Stage, name=HOSTILE, approvers=st.just(FINANCE * 3), quorum=st.integers(1, 3)), min_size=2, max_size=9
).map(tuple)
REQUESTS = st.builds(
    Request,
    id=st.just("R7K2"),
    kind=HOSTILE,
    params=st.dictionaries(st.sampled_from(["reason", "purpose"]), HOSTILE),
    state=st.sampled_from(State),
    version=st.just(1),
    stage=st.integers(0, 1),
    requester=NAMED,
    ruling=st.builds(Ruling, rule=HOSTILE, stages=STAGES),
    title=HOSTILE,
    changes=CHANGES,
    risks=st.lists(HOSTILE, max_size=30).map(tuple),
    project_id=HOSTILE,
    project_name=HOSTILE,
    problem=HOSTILE,
    fallback_used=st.booleans(),
    created_at=st.just(NOW),
    updated_at=st.just(NOW),
    expires_at=st.just(NOW),
)
DECISIONS = st.builds(
    Decision,
    request_id=st.just("R7K2"),
    stage=st.integers(0, 2),
    approver=NAMED,
    verdict=st.sampled_from(Verdict),
    note=HOSTILE,
    at=st.just(NOW),
)
STEPS = st.builds(
    StepRecord,
    request_id=st.just("R7K2"),
    position=st.integers(0, 40),
    name=HOSTILE,
    says=HOSTILE,
    state=st.sampled_from(StepState),
    intended_at=st.just(NOW),
)
DOSSIERS = st.builds(
    Dossier,
    request=REQUESTS,
    decisions=st.lists(DECISIONS, max_size=25).map(tuple),
    steps=st.lists(STEPS, max_size=40).map(tuple),
    awaited=st.lists(NAMED, max_size=40).map(tuple),
)
OUR_TOKENS = re.compile(
    r"<!date\^\d+\^[A-Za-z ]*\{date_short_pretty\} at \{time\}\|[A-Za-z ]*[\d: -]+UTC>|<@U0(?:DANA|OLIVIA|OMAR)>"
)


@settings(max_examples=60, deadline=None)
@given(DOSSIERS, st.sampled_from(EVENTS), HOSTILE)
def test_whatever_it_holds_every_message_is_taken_and_mentions_nobody_but_those_called(
    held: Dossier, event: str, note: str
) -> None:
    payload = {"event": event, "by": note, "note": note}
    call = cards.stage(held, 0)
    silent = [
        cards.card(held),
        cards.note(held, payload),
        cards.direct(held, payload),
        cards.listing("All", [held.request] * 30, empty="None."),
    ]

    for message in [call, *silent]:
        assert not problems(message.blocks)
        assert 0 < len(message.text) <= 4000
        assert "<" not in OUR_TOKENS.sub("", words(message) + message.text)
        (words(message) + message.text).encode()
    for message in silent:
        assert "<@" not in words(message) + message.text
