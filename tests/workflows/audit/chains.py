"""Logs to alter: drafts full of hostile text, linked as the store links them."""

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import strategies as st

from workflows.audit.entry import GENESIS, AuditEntry, Draft, link
from workflows.model import Actor, ActorType

NASTY = [
    "",
    "=cmd()",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=x",
    "\r\n=x",
    "'quoted",
    "''",
    'a,"b"\nc;d',
    "\N{FULLWIDTH EQUALS SIGN}1",
    "\N{RIGHT-TO-LEFT OVERRIDE}txt.exe",
    "\N{ROCKET} \N{COMBINING ACUTE ACCENT}",
    "\N{LINE SEPARATOR}\x85\x0b\x1c",
    "half \ud83d",
    "\\ud83d",
    "nul \0",
    "<!channel> <@U1>",
    "x" * 10_000,
]
TEXTS = st.one_of(st.sampled_from(NASTY), st.text(st.characters(), max_size=30))
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=6,
)
MOMENTS = st.datetimes(min_value=datetime(1970, 1, 2), timezones=st.just(UTC))  # noqa: DTZ001 - the zone is beside it
DRAFTS = st.builds(
    Draft,
    action=TEXTS,
    actor=st.builds(Actor, type=st.sampled_from(ActorType), id=TEXTS, email=TEXTS),
    at=MOMENTS,
    request_id=TEXTS,
    kind=TEXTS,
    project_id=TEXTS,
    data=st.dictionaries(TEXTS, VALUES, max_size=3),
)


def chain(drafts: Sequence[Draft]) -> list[AuditEntry]:
    """Link *drafts* one after another."""
    entries: list[AuditEntry] = []
    head = GENESIS
    for seq, draft in enumerate(drafts, 1):
        entries.append(link(draft, seq, head))
        head = entries[-1].hash
    return entries


def plain(count: int) -> list[AuditEntry]:
    """Return a log of *count* unremarkable entries, a minute apart."""
    return chain(
        [
            Draft(
                action="opened",
                actor=Actor(type=ActorType.PERSON, id=f"U{number}", email=f"u{number}@example.com"),
                at=datetime(2026, 11, 23, 9, number, tzinfo=UTC),
                request_id=f"r{number}",
                kind="budget" if number % 2 else "new_project",
                project_id=f"proj_{number % 3}",
                data={"number": number},
            )
            for number in range(count)
        ]
    )


CHAINS = st.lists(DRAFTS, min_size=1, max_size=6).map(chain)
