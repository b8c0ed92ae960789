"""Waiting for turns with a clock that only sleepers move."""

import asyncio
import heapq

import pytest

from workflows.admin_api import Limiter
from workflows.admin_api.pace import COOL_DOWN, LEARNED_BURST, LEARNED_RATE
from workflows.errors import AdminAPIThrottled

READ, OTHER = "GET /organization/projects", "GET /organization/users"
PATIENT = 1e9


class Rehearsal:
    """A clock for many sleepers: when nobody can go on, it jumps to whoever wakes first."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []

    def monotonic(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        wakes: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now + seconds, id(wakes), wakes))
        await wakes

    async def play(self, *tasks: asyncio.Task[None]) -> None:
        while not all(task.done() for task in tasks):
            for _ in range(5):
                await asyncio.sleep(0)
            if self._sleepers:
                self.now, _, wakes = heapq.heappop(self._sleepers)
                if not wakes.done():
                    wakes.set_result(None)


@pytest.fixture(name="rehearsal")
def _rehearsal() -> Rehearsal:
    return Rehearsal()


@pytest.fixture(name="limiter")
def _limiter(rehearsal: Rehearsal) -> Limiter:
    return Limiter(monotonic=rehearsal.monotonic, sleep=rehearsal.sleep)


async def test_unknown_endpoint_is_not_waited_for(limiter: Limiter, rehearsal: Rehearsal) -> None:
    assert [await limiter.turn(READ, deadline=0.0) for _ in range(7)] == [0.0] * 7


async def test_endpoints_do_not_wait_for_each_other(limiter: Limiter, rehearsal: Rehearsal) -> None:
    limiter.throttled(READ, 0.0, None)

    assert await limiter.turn(OTHER, deadline=0.0) == 0.0


async def test_impatient_caller_is_told_at_once_how_long_it_would_take(limiter: Limiter, rehearsal: Rehearsal) -> None:
    limiter.throttled(READ, 0.0, 30.0)

    with pytest.raises(AdminAPIThrottled, match="about 30 s") as throttled:
        await limiter.turn(READ, deadline=2.0)

    assert throttled.value.retry_after == pytest.approx(30)
    assert rehearsal.now == 0.0


async def test_patient_caller_waits_its_turn(limiter: Limiter, rehearsal: Rehearsal) -> None:
    limiter.throttled(READ, 0.0, None)
    turns: list[float] = []

    async def wait() -> None:
        turns.append(await limiter.turn(READ, deadline=PATIENT))

    await rehearsal.play(*(asyncio.create_task(wait()) for _ in range(5)))

    assert turns == pytest.approx([COOL_DOWN + n / LEARNED_RATE for n in range(5)])


async def test_write_that_comes_last_goes_first(limiter: Limiter, rehearsal: Rehearsal) -> None:
    limiter.throttled(READ, 0.0, None)
    order: list[str] = []

    async def wait(name: str, *, urgent: bool) -> None:
        await limiter.turn(READ, deadline=PATIENT, urgent=urgent)
        order.append(name)

    reads = [asyncio.create_task(wait(f"read {n}", urgent=False)) for n in range(3)]
    await asyncio.sleep(0)
    write = asyncio.create_task(wait("write", urgent=True))
    await rehearsal.play(*reads, write)

    assert order == ["write", "read 0", "read 1", "read 2"]


async def test_place_of_a_cancelled_caller_is_free_again(limiter: Limiter, rehearsal: Rehearsal) -> None:
    limiter.throttled(READ, 0.0, None)
    waiting = asyncio.create_task(limiter.turn(READ, deadline=PATIENT))
    await asyncio.sleep(0)

    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    with pytest.raises(AdminAPIThrottled) as throttled:
        await limiter.turn(READ, deadline=0.0)
    assert throttled.value.retry_after == pytest.approx(COOL_DOWN)


async def test_429_while_others_wait_makes_them_wait_longer_or_give_up(limiter: Limiter, rehearsal: Rehearsal) -> None:
    for _ in range(1 + LEARNED_BURST):
        limiter.throttled(READ, rehearsal.now, 10.0)
    outcomes: list[float | None] = []

    async def wait(patience: float) -> None:
        try:
            outcomes.append(await limiter.turn(READ, deadline=rehearsal.now + patience))
        except AdminAPIThrottled:
            outcomes.append(None)

    tasks = [asyncio.create_task(wait(patience)) for patience in (15.0, 500.0)]
    await asyncio.sleep(0)
    limiter.throttled(READ, rehearsal.now, 100.0)
    await rehearsal.play(*tasks)

    assert outcomes[0] is None
    assert outcomes[1] is not None
    assert outcomes[1] >= 100.0


async def test_pace_can_be_read(limiter: Limiter, rehearsal: Rehearsal) -> None:
    assert limiter.calls_per_minute(READ) > 60

    limiter.throttled(READ, 0.0, None)

    assert limiter.calls_per_minute(READ) == pytest.approx(6.5)
