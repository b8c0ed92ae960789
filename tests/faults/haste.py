"""Shorter waits between two attempts, so that an outage of seconds shows what one of hours would."""

from datetime import timedelta
from functools import partial

import pytest

from bot.cli import wiring
from bot.notifier import outcomes
from workflows.admin_api import pace
from workflows.executor import Executor, outcome
from workflows.scheduler import Scheduler

SOON = timedelta(seconds=0.2)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten every wait of the worker that is built next in this process, and what a 429 teaches its limiter."""
    seconds = SOON.total_seconds()
    monkeypatch.setattr(outcomes, "LONGEST_PAUSE", seconds)
    monkeypatch.setattr(outcome, "LONGEST_WAIT", SOON)
    # A 429 teaches a pace of a call in nine seconds, and a minute's silence where it names no time.
    monkeypatch.setattr(pace, "LEARNED_RATE", 1 / seconds)
    monkeypatch.setattr(pace, "SLOWEST_RATE", 1 / seconds)
    monkeypatch.setattr(pace, "TRUSTED_RATE", 2 / seconds)
    monkeypatch.setattr(pace, "COOL_DOWN", seconds)
    monkeypatch.setattr(wiring, "NOTIFY_EVERY", seconds)
    monkeypatch.setattr(wiring, "Executor", partial(Executor, settling=SOON))
    monkeypatch.setattr(wiring, "Scheduler", partial(Scheduler, interval=seconds))
