"""What happens without a click: telling people, carrying out, expiring, watching and reporting money, reading OpenAI.

APScheduler holds the jobs. Each runs at an interval, and at once when a commit in this process announced work.
"""

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from workflows.budgets import Budgets
from workflows.custody import Custodian
from workflows.errors import WorkflowError
from workflows.executor import Executor
from workflows.limit_guard import LimitGuard
from workflows.organization import Organization
from workflows.reports import Reports
from workflows.service import Service
from workflows.store import Database

KEPT = timedelta(hours=48)
"""How long deliveries are remembered: Slack's own retries end within the hour."""

REFRESH = timedelta(minutes=5)
LONGEST_REFRESH = timedelta(minutes=15)
"""How long reading thousands of users may take at OpenAI's pace, before another process begins it too."""

WATCH = timedelta(minutes=1)
"""How often what is spent is judged."""

BEAT = 10.0
"""Seconds between two beats of a worker's heart."""

Work = Callable[[], Awaitable[object]]
EXECUTING = ("execute", "execute 2", "execute 3")
log = structlog.get_logger(__name__)


class _Every(IntervalTrigger):  # type: ignore[misc] # APScheduler ships no types
    """Every so many seconds, without making up for what was missed.

    APScheduler would count them one by one, a quarter of a million for each job of a machine that slept a weekend.
    """

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime | None:
        following: datetime | None = super().get_next_fire_time(previous_fire_time, now)
        if following is not None and following < now:
            following = super().get_next_fire_time(None, now)
        return following


@dataclass
class _Job:
    """A piece of work that never runs twice at once, and runs again when it was woken while it ran.

    ``works`` are its parts: for each workspace one, so that what fails in one of them keeps no other waiting.
    """

    name: str
    works: Sequence[Work]
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    woken: bool = False

    async def run(self) -> None:
        self.woken = True
        if self.lock.locked():
            return
        async with self.lock:
            while self.woken:
                self.woken = False
                for work in self.works:
                    await self._once(work)

    async def _once(self, work: Work) -> None:
        try:
            await work()
        except WorkflowError as problem:
            log.warning("job put off", job=self.name, reason=str(problem))
        except Exception:
            log.exception("job failed", job=self.name)


def _crews(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Group the jobs that do the same: *execute*, *execute 2*."""
    crews: dict[str, tuple[str, ...]] = {}
    for name in names:
        word = name.rstrip(" 0123456789")
        crews[word] = (*crews.get(word, ()), name)
    return list(crews.values())


class Scheduler:
    """Runs the worker's jobs. ``more`` are jobs of the outer layer, by name with their interval in seconds.

    ``watch`` is between two looks at what is spent. ``services`` and ``reports`` are each workspace's, home's first.
    """

    def __init__(
        self,
        *,
        services: Sequence[Service],
        executor: Executor,
        custodian: Custodian,
        guard: LimitGuard,
        organization: Organization,
        budgets: Budgets,
        reports: Sequence[Reports],
        database: Database,
        now: Callable[[], datetime],
        more: Mapping[str, tuple[Callable[[], Awaitable[object]], float]],
        interval: float = 1.0,
        watch: timedelta = WATCH,
    ) -> None:
        self._database = database
        self._organization = organization
        self._now = now
        self._holder = uuid.uuid4().hex
        self._monotonic = time.monotonic
        self._beaten = self._monotonic()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[asyncio.Task[None]] = set()
        seldom, often = max(interval, 60.0), max(interval, 10.0)
        self._timed: dict[str, tuple[Sequence[Work], float]] = {
            # Several, so that a long piece of work does not keep a short one waiting. One looks for what is due by
            # now; the others are woken with it as soon as there is something.
            **dict.fromkeys(EXECUTING, ([executor.run_due], max(interval, 30.0))),
            EXECUTING[0]: ([executor.run_due], interval),
            "expire": ([each.expire_due for each in services], often),
            "end grants": ([each.end_due for each in services], often),
            "hand over": ([each.hand_over_due for each in services], seldom),
            "escalate": ([each.escalate_due for each in services], seldom),
            "reassign": ([each.reassign_due for each in services], 600.0),
            "reviews": ([each.see_to_reviews for each in services], seldom),
            "remind": ([each.remind_due for each in services], seldom),
            "announce ends": ([each.announce_ends for each in services], 60.0),
            "keys": ([custodian.run_due], max(interval, 5.0)),
            "limits": ([guard.run_due], seldom),
            "budgets": ([budgets.run_due], watch.total_seconds()),
            "reports": ([each.run_due for each in reports], seldom),
            "refresh": ([self._refresh], REFRESH.total_seconds()),
            "anchor": ([services[0].anchor_due], 600.0),
            "beat": ([self._beat], BEAT),
            "forget": ([self._forget], 3600.0),
            **{name: ([work], seconds) for name, (work, seconds) in more.items()},
        }
        self._jobs = {name: _Job(name, works) for name, (works, _) in self._timed.items()}
        self._crews = _crews((*EXECUTING, "keys", *more))
        self._scheduler = AsyncIOScheduler(timezone="UTC")

    @property
    def alive(self) -> bool:
        return bool(self._scheduler.running)

    @property
    def since_beat(self) -> float:
        """Seconds since the jobs last ran as they should: a heart that stands still says that this process does."""
        return self._monotonic() - self._beaten

    async def start(self) -> None:
        """Begin: every job runs once now, then at its interval and whenever work is announced."""
        self._loop = asyncio.get_running_loop()
        for name, (_, seconds) in self._timed.items():
            self._scheduler.add_job(
                self._tick,
                _Every(seconds=seconds),
                args=[name],
                id=name,
                coalesce=True,
                misfire_grace_time=None,
            )
        self._scheduler.start()
        for name in self._timed:
            self._spawn(name)
        self._database.on_commit(self.wake)

    def wake(self) -> None:
        """Run the prompt jobs now instead of at their next interval.

        Of those that do the same, one that is idle is enough: what it takes is a commit too, which wakes the next one.
        """
        for crew in self._crews:
            idle = next((name for name in crew if not self._jobs[name].lock.locked()), None)
            for name in (idle,) if idle else crew:
                self._spawn(name)

    async def _tick(self, name: str) -> None:
        # A coroutine, because APScheduler runs anything else in a thread of its own.
        self._spawn(name)

    def _spawn(self, name: str) -> None:
        if self._loop is None or self._loop.is_closed():
            return
        task = self._loop.create_task(self._jobs[name].run(), name=f"job {name}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def stop(self, patience: float = 10.0) -> None:
        """Take no more work, and let what runs end; after *patience* seconds it is cut off (and resumes later)."""
        self._loop = None
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=patience)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _refresh(self) -> None:
        now = self._now()
        async with self._database.begin() as work:
            if not await work.lease("refresh", self._holder, now, now + LONGEST_REFRESH):
                return
        try:
            await self._organization.refresh()
        finally:
            async with self._database.begin() as work:
                await work.lease("refresh", self._holder, now, now + REFRESH - timedelta(seconds=30))

    async def _beat(self) -> None:
        async with self._database.begin() as work:
            await work.beat(self._holder, self._now())
        self._beaten = self._monotonic()

    async def _forget(self) -> None:
        async with self._database.begin() as work:
            await work.forget(self._now() - KEPT)
