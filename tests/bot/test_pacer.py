"""The pace of messages: about one a second into a channel, and no channel waits for another."""

import pytest

from bot.notifier.pacer import BURST, Pacer

LONG = 1000.0


def test_a_quiet_channel_takes_a_short_burst_at_once() -> None:
    pacer = Pacer(lambda: 0.0)

    assert [pacer.wait("C1", LONG) for _ in range(BURST + 2)] == [*[0.0] * BURST, 1.0, 2.0]


def test_channels_do_not_wait_for_each_other() -> None:
    pacer = Pacer(lambda: 0.0)
    for _ in range(BURST + 5):
        pacer.wait("C1", LONG)

    assert pacer.wait("C2", LONG) == 0.0


def test_a_turn_that_comes_too_late_is_not_taken() -> None:
    pacer = Pacer(lambda: 0.0)
    for _ in range(BURST):
        pacer.wait("C1", LONG)

    assert [pacer.wait("C1", 0.5) for _ in range(3)] == [1.0, 1.0, 1.0]


def test_a_channel_is_left_alone_for_as_long_as_slack_says() -> None:
    now = 0.0
    pacer = Pacer(lambda: now)
    pacer.hold("C1", 30.0)

    assert pacer.wait("C1", LONG) == 30.0
    now = 40.0
    assert pacer.wait("C1", LONG) == 0.0


def test_a_turn_that_is_far_away_is_kept_for_its_message() -> None:
    now = 0.0
    pacer = Pacer(lambda: now)
    for _ in range(BURST):
        pacer.wait("C1", LONG)

    assert [pacer.wait("C1", 0.5, name) for name in "abc"] == [1.0, 2.0, 3.0]
    now = 1.6
    assert pacer.wait("C1", 0.5, "b") == pytest.approx(0.4)
    assert pacer.wait("C1", 0.5, "a") == 0.0
    assert pacer.wait("C1", LONG, "new") == pytest.approx(2.4), "c still has the third turn"


def test_a_message_that_comes_twice_too_early_keeps_its_turn() -> None:
    pacer = Pacer(lambda: 0.0)
    for _ in range(BURST + 1):
        pacer.wait("C1", LONG)

    assert [pacer.wait("C1", 0.5, "a") for _ in range(3)] == [2.0, 2.0, 2.0]


def test_what_slack_says_goes_before_turns_that_were_kept() -> None:
    pacer = Pacer(lambda: 0.0)
    for _ in range(BURST):
        pacer.wait("C1", LONG)
    pacer.wait("C1", 0.5, "a")
    pacer.hold("C1", 30.0)

    assert pacer.wait("C1", 0.5, "a") == 30.0
