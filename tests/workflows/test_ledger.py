"""The ledger of what stands: what a grant's end leaves, in every order of grants, changes for good and ends."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.ledger import Ending, base_of, ending, endings, grants_end, lasting
from workflows.model import Effect

START = datetime(2026, 11, 23, tzinfo=UTC)
GROUND = 500
"""What is true before anything is given."""


def effect(seq: int, value: Any, *, base: Any = GROUND, days: int | None = None, subject: str = "limit") -> Effect:
    """Return what request number *seq* gave, for so many days or for good."""
    return Effect(
        seq=seq,
        request_id=f"R{seq}",
        project_id="proj_1",
        subject=subject,
        value=value,
        before=base,
        base=base,
        at=START,
        ends_at=START + timedelta(days=days) if days else None,
    )


RAISE = effect(1, 800, days=7)
LATER = effect(2, 900, days=14)
FOR_GOOD = effect(3, 600)


@pytest.mark.parametrize(
    ("ends", "standing", "before", "left"),
    [
        pytest.param(RAISE, [RAISE], 800, GROUND, id="alone"),
        pytest.param(RAISE, [RAISE, LATER], 900, 900, id="a later grant stands"),
        pytest.param(LATER, [RAISE, LATER], 900, 800, id="an earlier grant stands"),
        pytest.param(RAISE, [RAISE, FOR_GOOD], 600, 600, id="a later change for good"),
        pytest.param(RAISE, [effect(0, GROUND), RAISE], 800, GROUND, id="an earlier change for good"),
        pytest.param(RAISE, [RAISE, FOR_GOOD, effect(4, 700, base=600, days=3)], 700, 700, id="under all of them"),
        pytest.param(RAISE, [], 800, GROUND, id="nothing is known to stand"),
        pytest.param(effect(1, 800, base=None, days=7), [RAISE], 800, None, id="there was nothing before"),
    ],
)
def test_an_end_leaves_what_it_would_be_without_the_grant(
    ends: Effect, standing: list[Effect], before: int, left: int | None
) -> None:
    assert ending(ends, standing) == Ending(subject="limit", value=ends.value, standing=before, target=left)


@pytest.mark.parametrize(
    ("standing", "lasts", "until"),
    [
        pytest.param([], 1000, None, id="nothing"),
        pytest.param([FOR_GOOD], 1000, None, id="for good, then changed by hand"),
        pytest.param([RAISE, LATER], GROUND, LATER.ends_at, id="grants"),
        pytest.param([LATER, RAISE], GROUND, LATER.ends_at, id="grants in the other order"),
        pytest.param([LATER, FOR_GOOD], 1000, None, id="a grant covered by a change for good"),
        pytest.param([LATER, FOR_GOOD, effect(4, 1, base=600, days=3)], 600, START + timedelta(days=3), id="above it"),
    ],
)
def test_what_lasts_is_what_was_before_the_grants_that_count(
    standing: list[Effect], lasts: int, until: datetime | None
) -> None:
    assert (lasting(standing, 1000), grants_end(standing)) == (lasts, until)


def test_each_thing_that_a_request_changed_ends_by_itself() -> None:
    mini = effect(1, "allowed", base="not allowed", subject="mini", days=7)
    pro = effect(2, "allowed", base="not allowed", subject="pro", days=7)
    since = effect(3, "allowed", subject="pro")

    ends = endings([mini, pro], {"mini": [mini], "pro": [pro, since]})

    assert [(each.subject, each.target) for each in ends] == [("mini", "not allowed"), ("pro", "allowed")]


def test_what_the_ledger_has_lost_ends_as_if_it_stood_alone() -> None:
    assert [each.target for each in endings([RAISE], {})] == [GROUND]


@dataclass
class Paper:
    """The same on paper, written apart: a ground that changes for good, and the grants that lie on it."""

    ground: int = GROUND
    grants: list[tuple[str, int]] = field(default_factory=list)

    @property
    def shows(self) -> int:
        return self.grants[-1][1] if self.grants else self.ground

    def give_for_good(self, value: int) -> None:
        self.ground = value
        self.grants = []  # they go on, covered: their ends change nothing any more

    def give(self, name: str, value: int) -> None:
        self.take(name)
        self.grants.append((name, value))

    def take(self, name: str) -> None:
        self.grants = [each for each in self.grants if each[0] != name]


@dataclass
class Book:
    """What stands as the store keeps it."""

    now: int = GROUND
    standing: list[Effect] = field(default_factory=list)
    seq: int = 0

    def lay(self, value: int, days: int | None) -> None:
        self.seq += 1
        base = base_of(self.standing, self.now)
        self.standing.append(effect(self.seq, value, base=base, days=days))
        self.now = value

    def lay_again(self, old: Effect) -> None:
        self.seq += 1
        base = base_of(self.standing, self.now)
        self.standing.remove(old)
        self.standing.append(replace(old, seq=self.seq, base=base))
        self.now = old.value

    def end(self, old: Effect) -> Ending:
        found = ending(old, self.standing)
        self.standing.remove(old)
        self.now = found.target
        return found

    @property
    def grants(self) -> list[Effect]:
        return [each for each in self.standing if each.ends_at is not None]


VALUES = st.integers(1, 9)
PLACES = st.integers(0, 9)
ACTS = st.one_of(
    st.tuples(st.just("for good"), VALUES),
    st.tuples(st.just("for a time"), VALUES),
    st.tuples(st.just("extend"), PLACES),
    st.tuples(st.just("end"), PLACES),
)


@given(st.lists(ACTS, max_size=20))
def test_in_every_order_the_ledger_leaves_what_paper_does(acts: list[tuple[str, int]]) -> None:
    book, paper = Book(), Paper()
    for act, number in acts:
        chosen = book.grants[number % len(book.grants)] if book.grants else None
        match act:
            case "for good":
                book.lay(number, None)
                paper.give_for_good(number)
            case "for a time":
                book.lay(number, 7)
                paper.give(f"R{book.seq}", number)
            case "extend" if chosen is not None:
                book.lay_again(chosen)
                paper.give(chosen.request_id, chosen.value)
            case "end" if chosen is not None:
                before = paper.shows
                paper.take(chosen.request_id)
                assert book.end(chosen) == Ending(
                    subject="limit", value=chosen.value, standing=before, target=paper.shows
                )
        assert (book.now, lasting(book.standing, book.now)) == (paper.shows, paper.ground)


@given(st.lists(ACTS, max_size=20))
def test_once_every_grant_has_ended_nothing_of_them_is_left(acts: list[tuple[str, int]]) -> None:
    book, lasts = Book(), GROUND
    for act, number in acts:
        if act in ("for good", "for a time"):
            book.lay(number, None if act == "for good" else 7)
        lasts = number if act == "for good" else lasts

    for each in book.grants:
        book.end(each)

    assert book.now == lasts
