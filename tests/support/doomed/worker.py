"""The product's own worker, built as ``python -m bot worker`` builds it, living as an order says."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any
from unittest.mock import patch

from bot import logs
from bot.cli import wiring
from bot.notifier import Notifier
from bot.settings import Settings
from sandbox.scenario.hands import eventually
from tests.support.doomed.order import Job, Order
from tests.support.doomed.points import Points
from workflows.lifecycle import FINAL, State
from workflows.model import Reference, Verdict
from workflows.scheduler import Scheduler

PATIENCE = 60.0
"""Seconds after which a worker that has not come to an end gives up."""


class _Only(Scheduler):
    """A scheduler that does only some of its jobs: who counts points wants one thing to happen at a time."""

    def __init__(self, *, jobs: tuple[Job, ...], **parts: Any) -> None:
        super().__init__(**parts)
        self._timed = {name: each for name, each in self._timed.items() if name in jobs}
        self._crews = [(name,) for name in jobs]


async def live(order: Order, say: Callable[[str], None]) -> None:
    """Work until nothing is left to do, or until the chosen point; raises ``TimeoutError``."""
    logs.configure("ERROR")
    points = Points(order.kill_at, say, order.counted)
    points.watch_calls()
    _arrange(order)
    settings = Settings.load(**{name.lower(): value for name, value in order.environment.items()})
    async with wiring.assembled(settings, migrate=False) as parts:
        points.watch_commits(parts.database.engine)
        async with wiring.working(parts):
            if order.approver:
                await _until_done(parts, order, pending=True)
                request = (await parts.service.dossier(order.request)).request
                reference = Reference(request_id=request.id, stage=request.stage)
                await parts.service.decide(reference, order.approver, Verdict.APPROVE)
            await _until_done(parts, order, pending=False)


def _arrange(order: Order) -> None:
    """Give the parts of this process the order's clock and jobs."""
    real = wiring.now

    def now() -> datetime:
        return real() + order.later

    patch.multiple(
        wiring, now=now, Notifier=partial(Notifier, now=now), Scheduler=partial(_Only, jobs=order.jobs)
    ).start()


async def _until_done(parts: wiring.Parts, order: Order, *, pending: bool) -> None:
    """Wait until everybody was told, and (unless *pending* is good enough) the request has ended."""
    what = "It did not come to an end."
    await eventually(lambda: _done(parts, order, pending=pending), what, PATIENCE)


async def _done(parts: wiring.Parts, order: Order, *, pending: bool) -> bool | None:
    async with parts.database.read() as work:
        state = (await work.get(order.request)).state
        waiting, _ = await work.outbox_backlog()
    ended = state in (*FINAL, State.GRANTED) or (pending and state is State.PENDING) or "execute" not in order.jobs
    return (ended and (waiting == 0 or "notify" not in order.jobs)) or None
