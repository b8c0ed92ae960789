"""Background tasks: kept, logged, waited for."""

import asyncio

import structlog
from structlog.testing import capture_logs

from bot.background import Background


async def test_what_runs_is_waited_for_at_the_end() -> None:
    background, done = Background(), asyncio.Event()

    async def work() -> None:
        await asyncio.sleep(0)
        done.set()

    background.spawn(work())

    assert await background.drain(5) == 0
    assert done.is_set()


async def test_what_a_task_starts_at_the_end_is_waited_for_too() -> None:
    background, done = Background(), asyncio.Event()

    async def after() -> None:
        await asyncio.sleep(0.01)
        done.set()

    async def work() -> None:
        await asyncio.sleep(0)
        background.spawn(after())

    background.spawn(work())

    assert await background.drain(5) == 0
    assert done.is_set()


async def test_what_never_ends_is_cut_off() -> None:
    background = Background()
    background.spawn(asyncio.Event().wait())

    assert await background.drain(0.01) == 1
    assert len(background) == 0


async def test_what_fails_is_logged_under_its_name() -> None:
    structlog.reset_defaults()
    background = Background()

    async def work() -> None:
        raise ValueError("broken")

    with capture_logs() as logged:
        background.spawn(work(), name="the work")
        await background.drain(5)
        await asyncio.sleep(0)

    assert [(each["event"], each["task"]) for each in logged] == [("background_failed", "the work")]
