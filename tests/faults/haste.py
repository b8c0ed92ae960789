"""Shorter waits between two attempts, so that an outage of seconds shows what one of hours would."""

from datetime import timedelta
from functools import partial

import pytest

from bot.cli import wiring
from bot.notifier import outcomes
from workflows.executor import Executor, outcome
from workflows.scheduler import Scheduler

SOON = timedelta(seconds=0.2)


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten every wait of the worker that is built next in this process."""
    seconds = SOON.total_seconds()
    monkeypatch.setattr(outcomes, "LONGEST_PAUSE", seconds)
    monkeypatch.setattr(outcome, "LONGEST_WAIT", SOON)
    monkeypatch.setattr(wiring, "NOTIFY_EVERY", seconds)
    monkeypatch.setattr(wiring, "Executor", partial(Executor, settling=SOON))
    monkeypatch.setattr(wiring, "Scheduler", partial(Scheduler, interval=seconds))
