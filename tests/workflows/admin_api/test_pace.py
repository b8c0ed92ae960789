"""Claims about one endpoint's queue and pace, for any order of events."""

from operator import itemgetter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from workflows.admin_api.pace import (
    COOL_DOWN,
    FASTER,
    LEARNED_BURST,
    LEARNED_RATE,
    LONGEST_ASKED,
    LONGEST_COOL_DOWN,
    OPEN_BURST,
    OPEN_RATE,
    SLOWEST_RATE,
    WRITES_IN_A_ROW,
    Lane,
)


def call(lane: Lane, now: float, *, urgent: bool = False) -> float:
    """Take a turn as soon as it comes; returns when."""
    ticket = lane.join(urgent=urgent)
    while delay := lane.delay(ticket, now):
        now += delay
    lane.take(ticket, now)
    lane.leave(ticket)
    return now


def learned() -> Lane:
    lane = Lane()
    lane.throttled(0.0, 0.0, None)
    return lane


def test_first_calls_do_not_wait() -> None:
    lane = Lane()

    assert [call(lane, 0.0) for _ in range(OPEN_BURST)] == [0.0] * OPEN_BURST


def test_runaway_loop_is_slowed_before_any_429() -> None:
    lane = Lane()

    now = 0.0
    for _ in range(OPEN_BURST + 100):
        now = call(lane, now)

    assert now == pytest.approx(100 / OPEN_RATE)


@pytest.mark.parametrize(
    ("asked", "waited"), [(None, COOL_DOWN), (5.0, 5.0), (0.0, 1.0), (1e9, LONGEST_ASKED)], ids=str
)
def test_429_silences_the_endpoint(asked: float | None, waited: float) -> None:
    lane = Lane()

    assert lane.throttled(0.0, 0.0, asked) == waited
    assert call(lane, 0.0) == pytest.approx(waited)


@settings(deadline=None)  # how fast this machine is, is no claim
@given(
    steps=st.lists(st.tuples(st.floats(0, 30), st.booleans(), st.sampled_from([None, None, 200, 429])), max_size=60),
)
def test_no_window_holds_more_calls_than_were_learned(steps: list[tuple[float, bool, int | None]]) -> None:
    """Whatever is asked when, and whatever it is answered, calls keep to burst plus rate times time."""
    lane = learned()
    sent: list[float] = []
    now, fastest = 0.0, lane.rate
    for pause, urgent, answer in steps:
        now = call(lane, now + pause, urgent=urgent)
        sent.append(now)
        if answer == 429:
            lane.throttled(now, now, None)
        elif answer == 200:
            lane.succeeded(now)
        fastest = max(fastest, lane.rate)

    for first, start in enumerate(sent):
        for last in range(first, len(sent)):
            assert last - first + 1 <= LEARNED_BURST + fastest * (sent[last] - start) + 1e-6


@settings(deadline=None)
@given(waiting=st.lists(st.booleans(), min_size=1, max_size=20))
def test_everybody_who_waits_gets_exactly_one_turn(waiting: list[bool]) -> None:
    lane = learned()
    tickets = [lane.join(urgent=urgent) for urgent in waiting]
    now = 0.0
    while tickets:
        delays = {id(ticket): lane.delay(ticket, now) for ticket in tickets}
        assert len(set(delays.values())) == len(tickets)
        turn = min(tickets, key=lambda ticket: delays[id(ticket)])
        now += delays[id(turn)]
        assert lane.delay(turn, now) == pytest.approx(0, abs=1e-6)
        lane.take(turn, now)
        lane.leave(turn)
        tickets.remove(turn)


@settings(deadline=None)
@given(reads=st.integers(1, 10), writes=st.integers(1, 40))
def test_writes_go_first_but_no_read_starves(reads: int, writes: int) -> None:
    lane = learned()
    tickets = [lane.join(urgent=False) for _ in range(reads)] + [lane.join(urgent=True) for _ in range(writes)]
    text, now = "", 0.0
    while tickets:
        delay, turn = min(((lane.delay(ticket, now), ticket) for ticket in tickets), key=itemgetter(0))
        now += delay
        text += "w" if turn.urgent else "r"
        lane.take(turn, now)
        lane.leave(turn)
        tickets.remove(turn)

    assert text.startswith("w" * min(writes, WRITES_IN_A_ROW))
    assert "rr" not in text.rstrip("r")
    assert ("w" * (WRITES_IN_A_ROW + 1)) not in text[: text.rfind("r")]


def test_those_of_one_rank_are_served_in_order_of_arrival() -> None:
    lane = learned()

    delays = [lane.delay(lane.join(urgent=False), 0.0) for _ in range(10)]

    assert delays == sorted(delays)
    assert delays[0] == pytest.approx(COOL_DOWN)
    assert delays[9] == pytest.approx(COOL_DOWN + 9 / LEARNED_RATE)


def test_several_429s_of_one_burst_teach_once() -> None:
    lane = Lane()
    for _ in range(10):
        lane.throttled(0.0, 1.0, None)

    assert lane.rate == LEARNED_RATE
    assert call(lane, 1.0) == pytest.approx(1.0 + COOL_DOWN)


def test_success_of_a_call_sent_before_the_429_teaches_nothing() -> None:
    lane = Lane()
    lane.throttled(5.0, 6.0, None)

    lane.succeeded(5.5)

    assert lane.rate == LEARNED_RATE


def test_silence_grows_while_429s_go_on_and_shrinks_with_a_success() -> None:
    lane = Lane()
    now, waits = 0.0, []
    for _ in range(6):
        now = call(lane, now)
        waits.append(lane.throttled(now, now, None))
    lane.succeeded(call(lane, now))

    assert waits == [60, 120, 240, 300, 300, 300]
    assert max(waits) == LONGEST_COOL_DOWN
    assert lane.throttled(1e6, 1e6, None) == COOL_DOWN


def test_pace_never_falls_to_a_standstill() -> None:
    lane = Lane()
    for now in range(0, 10_000, 100):
        lane.throttled(float(now), float(now), 1.0)

    assert lane.rate == SLOWEST_RATE


def test_pace_that_was_not_needed_is_forgotten() -> None:
    lane = learned()
    paces = []
    for _ in range(1000):
        lane.succeeded(1.0)
        paces.append(lane.rate)

    assert paces[0] == pytest.approx(LEARNED_RATE * FASTER)
    assert paces == sorted(paces)
    assert (lane.rate, lane.burst) == (OPEN_RATE, OPEN_BURST)


def test_who_gives_up_frees_the_place() -> None:
    lane = learned()
    first, second = lane.join(urgent=False), lane.join(urgent=False)

    lane.leave(first)

    assert lane.delay(second, 0.0) == pytest.approx(COOL_DOWN)
