"""What happens without a click: jobs go on whatever happens to them, wake at once, and end when they are told."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from tests.support.company import Company
from workflows.errors import WorkflowError
from workflows.model import OutboxTopic, Request
from workflows.scheduler import Scheduler

NEVER = 3600.0
PATIENCE = 10.0

Work = Callable[[], Awaitable[object]]


@asynccontextmanager
async def scheduled(acme: Company, work: Work, *, every: float = NEVER) -> AsyncIterator[Scheduler]:
    """Run a scheduler whose job *work* comes *every* so many seconds."""
    scheduler = Scheduler(
        services=[acme.service],
        executor=acme.executor,
        custodian=acme.custodian,
        guard=acme.guard,
        organization=acme.organization,
        budgets=acme.budgets,
        reports=[acme.reports],
        database=acme.database,
        now=acme.clock,
        more={"told": (work, every)},
        interval=NEVER,
    )
    await scheduler.start()
    try:
        yield scheduler
    finally:
        await scheduler.stop(PATIENCE)


class Counted:
    """Work that counts its runs; ``gate`` keeps a run from ending."""

    def __init__(self, problem: Exception | None = None) -> None:
        self.runs = 0
        self.ended = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self._problem = problem
        self._changed = asyncio.Condition()

    async def __call__(self) -> None:
        self.runs += 1
        await self._tell()
        await self.gate.wait()
        self.ended += 1
        await self._tell()
        if self._problem is not None:
            raise self._problem

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def until(self, *, runs: int = 0, ended: int = 0) -> None:
        """Wait until there were so many runs; raises ``TimeoutError``."""
        async with asyncio.timeout(PATIENCE), self._changed:
            await self._changed.wait_for(lambda: self.runs >= runs and self.ended >= ended)


async def until(happened: Callable[[], Awaitable[bool]]) -> None:
    """Wait until something is true of the database; raises ``TimeoutError``."""
    async with asyncio.timeout(PATIENCE):
        while True:
            if await happened():
                return
            await asyncio.sleep(0.01)


async def quiet() -> None:
    """Let everything that is ready run."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_every_job_runs_once_at_the_start(acme: Company) -> None:
    work = Counted()
    async with scheduled(acme, work):
        await work.until(ended=1)


async def test_a_job_comes_again_at_its_interval_in_the_loops_own_thread(acme: Company) -> None:
    # In debug mode the loop refuses calls from other threads.
    asyncio.get_running_loop().set_debug(True)
    work = Counted()
    async with scheduled(acme, work, every=0.05):
        await work.until(ended=3)


@pytest.mark.parametrize("problem", [ZeroDivisionError("bug"), WorkflowError("OpenAI is away.")])
async def test_a_job_that_raises_goes_on(acme: Company, problem: Exception) -> None:
    work = Counted(problem)
    async with scheduled(acme, work) as scheduler:
        await work.until(ended=1)
        scheduler.wake()
        await work.until(ended=2)


async def test_a_commit_that_announces_work_wakes_at_once(acme: Company) -> None:
    work = Counted()
    async with scheduled(acme, work):
        await work.until(ended=1)
        async with acme.database.begin() as transaction:
            await transaction.tell(OutboxTopic.POST, "R1", "card", acme.clock())
        await work.until(ended=2)


async def test_two_wakes_while_it_runs_are_one_more_run_and_never_two_at_once(acme: Company) -> None:
    work = Counted()
    async with scheduled(acme, work) as scheduler:
        await work.until(ended=1)
        work.gate.clear()
        scheduler.wake()
        await work.until(runs=2)
        scheduler.wake()
        scheduler.wake()
        await quiet()
        assert work.runs == 2
        work.gate.set()
        await work.until(ended=3)
        await quiet()
        assert work.runs == 3


async def test_stopping_waits_for_what_runs_and_takes_no_more(acme: Company) -> None:
    work = Counted()
    async with scheduled(acme, work) as scheduler:
        await work.until(ended=1)
        work.gate.clear()
        scheduler.wake()
        await work.until(runs=2)
        stopping = asyncio.create_task(scheduler.stop(PATIENCE))
        await quiet()
        assert not stopping.done()
        work.gate.set()
        await stopping
        scheduler.wake()
        await quiet()
        assert (work.runs, work.ended) == (2, 2)
        assert not scheduler.alive


async def test_what_does_not_end_in_time_is_cut_off(acme: Company) -> None:
    work = Counted()
    async with scheduled(acme, work) as scheduler:
        await work.until(ended=1)
        work.gate.clear()
        scheduler.wake()
        await work.until(runs=2)
        await scheduler.stop(0.01)
        assert (work.runs, work.ended) == (2, 1)


async def test_a_long_request_keeps_no_other_waiting(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = Counted()
    begun.gate.clear()
    monkeypatch.setattr(acme.executor, "run_due", begun)
    async with scheduled(acme, Counted()):
        await begun.until(runs=2)
        begun.gate.set()


async def test_one_process_among_many_reads_the_organisation(acme: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = Counted()
    reading.gate.clear()
    monkeypatch.setattr(acme.organization, "refresh", reading)
    async with scheduled(acme, Counted()):
        await reading.until(runs=1)
        acme.clock.advance(minutes=6)  # a long one, at OpenAI's pace
        other = Counted()
        async with scheduled(acme, other):
            await other.until(ended=1)
            await quiet()
            assert reading.runs == 1
        reading.gate.set()
        await reading.until(ended=1)

    acme.clock.advance(minutes=6)
    async with scheduled(acme, Counted()):
        await reading.until(ended=2)


async def test_an_unanswered_request_expires_by_itself(acme: Company) -> None:
    request = await acme.ask_for_budget()
    acme.clock.advance(hours=73)
    async with scheduled(acme, Counted()):
        await until(lambda: _went(acme, request, "lapsed"))


async def test_deliveries_are_forgotten_when_slack_has_long_stopped_repeating(acme: Company) -> None:
    async with acme.database.begin() as work:
        await work.first_sight("old", acme.clock() - timedelta(days=3))
        await work.first_sight("young", acme.clock())
    async with scheduled(acme, Counted()):
        await until(lambda: _forgotten(acme, "old"))
    assert not await _forgotten(acme, "young")


async def _went(acme: Company, request: Request, action: str) -> bool:
    return action in await acme.trail(request)


async def _forgotten(acme: Company, delivery: str) -> bool:
    async with acme.database.read() as work:
        return not await work.seen(delivery)
