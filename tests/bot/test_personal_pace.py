"""Who does too much at once is told so; nothing of it has an effect, and nobody else waits."""

import pytest

from bot.personal_pace import KINDS, PersonalPace


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_so_many_at_once_and_as_many_a_minute() -> None:
    time = Time()
    pace = PersonalPace(at_once=10, monotonic=time)

    assert [pace.allows("dana", "command") for _ in range(11)] == [True] * 10 + [False]
    assert pace.allows("lena", "command")
    time.now = 5.9
    assert not pace.allows("dana", "command")
    time.now = 6.1
    assert [pace.allows("dana", "block_actions") for _ in range(2)] == [True, False]
    time.now = 1e6
    assert sum(pace.allows("dana", "command") for _ in range(30)) == 10


def test_a_search_for_each_letter_counts_little() -> None:
    pace = PersonalPace(at_once=10, monotonic=Time())

    assert all(pace.allows("dana", "block_suggestion") for _ in range(99))
    assert not pace.allows("dana", "command")


@pytest.mark.parametrize("kind", ["view_closed", "url_verification", "unknown"])
def test_what_slack_tells_by_itself_is_not_counted(kind: str) -> None:
    pace = PersonalPace(at_once=1, monotonic=Time())

    assert all(pace.allows("dana", kind) for _ in range(100))
    assert kind not in KINDS


def test_nobody_in_particular_is_not_counted() -> None:
    pace = PersonalPace(at_once=1, monotonic=Time())

    assert all(pace.allows("", "command") for _ in range(100))
