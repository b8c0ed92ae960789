"""Whatever words are in a request, its messages are taken by Slack and mention nobody but those called."""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.blocks import problems
from bot.cards.notes import SENTENCES
from tests.bot.paper import CLAIM, FINANCE, NOW, words
from workflows.lifecycle import State
from workflows.model import (
    Change,
    ClaimState,
    Decision,
    Dossier,
    Person,
    Request,
    Ruling,
    Stage,
    StepRecord,
    StepState,
    Verdict,
)

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
UNTIL = {"until": "2026-12-02"}
REQUESTS = st.builds(
    Request,
    id=st.just("R7K2"),
    kind=HOSTILE,
    params=st.dictionaries(st.sampled_from(["reason", "purpose"]), HOSTILE).map(lambda each: each | UNTIL),
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
    granted_at=st.none() | st.just(NOW),
    ends_at=st.none() | st.just(NOW),
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
CLAIMS = st.builds(
    lambda state, problem: replace(CLAIM, state=state, problem=problem), st.sampled_from(ClaimState), HOSTILE
)
DOSSIERS = st.builds(
    Dossier,
    request=REQUESTS,
    decisions=st.lists(DECISIONS, max_size=25).map(tuple),
    steps=st.lists(STEPS, max_size=40).map(tuple),
    awaited=st.lists(NAMED, max_size=40).map(tuple),
    claim=st.none()
    | st.builds(
        lambda state, problem: replace(CLAIM, state=state, problem=problem), st.sampled_from(ClaimState), HOSTILE
    ),
)
OUR_TOKENS = re.compile(
    r"<!date\^\d+\^[A-Za-z ]*\{date_short_pretty\} at \{time\}\|[A-Za-z ]*[\d: -]+UTC>|<@U0(?:DANA|OLIVIA|OMAR)>"
)


@settings(max_examples=25, deadline=None)
@given(DOSSIERS, st.sampled_from([*SENTENCES, "something_new"]), HOSTILE)
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
        cards.ledger([held.request] * 200),
        cards.alarm(held, payload),
        cards.claim(held, 1),
        cards.ending(held, "2026-11-23"),
    ]

    for message in [call, *silent]:
        assert not problems(message.blocks)
        assert 0 < len(message.text) <= 4000
        assert "<" not in OUR_TOKENS.sub("", words(message) + message.text)
        (words(message) + message.text).encode()
    for message in silent:
        assert "<@" not in words(message) + message.text
