"""The bot in a process whose clock stands, and moves on by what is written to its standard input, in seconds.

``python -m tests.bench.aged run``. Some seconds pass when the bot has nothing to do any more: its loop waits, and has
waited for a moment. So a day takes as long as what the bot does in it. Each line is answered with one on a pipe.
"""

import asyncio
import os
import selectors
import signal
import sys
import threading
import time
from typing import Any

from freezegun import freeze_time

STRIDE = 10.0
"""Seconds that pass at once: what looks every second looks once in them."""

QUIET = 0.003
"""Real seconds for which the loop must have waited: a thread of the database comes back sooner."""

really_sleep = time.sleep


class _Selector(selectors.DefaultSelector):
    waiting = False
    turns = 0

    def select(self, timeout: float | None = None) -> list[Any]:
        self.waiting = True
        try:
            # While the clock stands, no timer comes due by waiting: the loop would ask again and again, for nothing.
            found: list[Any] = super().select(timeout if timeout == 0 else None)
            return found
        finally:
            self.waiting = False
            self.turns += 1


class _Loop(asyncio.SelectorEventLoop):
    """Counts seconds from its beginning.

    freezegun's monotonic clock counts from 1970. So far from zero, a float does not tell a moment from the next one,
    and a timer that is due at this very moment was waited for and not run, again and again.
    """

    def __init__(self, selector: selectors.BaseSelector) -> None:
        self._began = time.monotonic()
        super().__init__(selector)

    def time(self) -> float:
        return super().time() - self._began


class _Policy(asyncio.DefaultEventLoopPolicy):
    loop: _Loop
    selector: _Selector

    def __init__(self) -> None:
        super().__init__()
        self.begun = threading.Event()

    def new_event_loop(self) -> asyncio.AbstractEventLoop:
        self.selector = _Selector()
        self.loop = _Loop(self.selector)
        self.begun.set()
        return self.loop


def _move(policy: _Policy, clock: Any, answers: int) -> None:
    policy.begun.wait()
    for line in sys.stdin:
        left = float(line)
        while left > 0:
            _settle(policy.selector)
            clock.tick(min(left, STRIDE))
            policy.loop.call_soon_threadsafe(lambda: None)
            left -= STRIDE
        _settle(policy.selector)
        os.write(answers, b"passed\n")
    os.kill(os.getpid(), signal.SIGTERM)  # who moved the clock has gone


def _settle(selector: _Selector) -> None:
    while True:
        turns = selector.turns
        really_sleep(QUIET)
        if selector.waiting and selector.turns == turns:
            return


def main() -> None:
    policy = _Policy()
    asyncio.set_event_loop_policy(policy)
    with freeze_time(os.environ["BEGINS"]) as clock:
        from bot.cli.main import run  # noqa: PLC0415 - everything it imports is to see this clock

        threading.Thread(target=_move, args=(policy, clock, int(os.environ["ANSWERS"])), daemon=True).start()
        sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
