"""The process that draws: begun by the first chart, ended in time, and no harm to anybody when it breaks."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot.charts.studio import NotDrawn, Studio
from tests.bot.workplace import until
from tests.support.charts import chart

READS = "import os, sys, time; line = sys.stdin.buffer.readline(); out = sys.stdout.buffer; "
"""How each made-up process begins; it then answers, or does not."""

ANSWERS = "body = {body}; out.write(len(body).to_bytes(4, 'big') + body); out.flush(); sys.stdin.buffer.readline()"


@asynccontextmanager
async def studio(program: str, **options: Any) -> AsyncIterator[Studio]:
    made = Studio(command=(sys.executable, "-c", READS + program), **options)
    try:
        yield made
    finally:
        await made.close()


def alive(pid: int) -> bool:
    """Say whether the process runs; one that ended and was not collected yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def test_a_chart_is_drawn_by_another_process_that_ends_with_the_studio() -> None:
    drawing = Studio()
    assert drawing.pid is None

    pngs = await asyncio.gather(*(drawing.draw(chart(name=name)) for name in ("one", "two")))

    assert all(each.startswith(b"\x89PNG") for each in pngs)
    assert pngs[0] != pngs[1]
    pid = drawing.pid
    assert pid not in (None, os.getpid())
    await drawing.close()
    assert pid is not None
    assert not alive(pid)


async def test_the_bot_runs_without_matplotlib_in_its_memory() -> None:
    program = (
        "import sys, bot.cli.running, bot.handlers.spending; print('matplotlib' in sys.modules, 'numpy' in sys.modules)"
    )
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", program, stdout=asyncio.subprocess.PIPE)

    assert (await process.communicate())[0].split() == [b"False", b"False"]


async def test_the_process_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", "sk-admin-secret")

    async with studio(ANSWERS.format(body="repr(dict(os.environ)).encode()")) as drawing:
        known = (await drawing.draw(chart())).decode()

    assert "PYTHONPATH" in known
    assert "secret" not in known


@pytest.mark.parametrize("program", ["sys.exit(3)", "os.kill(os.getpid(), 9)", "out.write(b'12'); sys.exit()"])
async def test_a_process_that_dies_costs_one_picture(program: str) -> None:
    async with studio(program) as drawing:
        with pytest.raises(NotDrawn, match="gone"):
            await drawing.draw(chart())

        with pytest.raises(NotDrawn, match="a moment ago"):
            await drawing.draw(chart())
        assert drawing.pid is None


async def test_a_program_that_is_not_there_costs_one_picture() -> None:
    with pytest.raises(NotDrawn):
        await Studio(command=("/no/such/program",)).draw(chart())


async def test_after_a_rest_it_is_tried_again(tmp_path: Path) -> None:
    once = tmp_path / "once"
    program = f"os.path.exists({str(once)!r}) or (open({str(once)!r}, 'w').close(), os.kill(os.getpid(), 9)); "

    async with studio(program + ANSWERS.format(body="b'png'"), rest=0) as drawing:
        with pytest.raises(NotDrawn):
            await drawing.draw(chart())

        assert await drawing.draw(chart()) == b"png"


async def test_a_drawing_that_takes_too_long_is_given_up_with_its_process() -> None:
    async with studio("time.sleep(60)", limit=0.5) as drawing:
        drawn = asyncio.create_task(drawing.draw(chart()))
        await until(lambda: drawing.pid)
        pid = drawing.pid

        with pytest.raises(NotDrawn, match=r"within 0.5 s"):
            await drawn

        assert pid is not None
        await until(lambda: not alive(pid))
        assert drawing.pid is None


async def test_who_waits_behind_a_slow_drawing_waits_no_longer_than_that(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    begun.touch()
    async with studio(f"open({str(begun)!r}, 'a').write('.'); time.sleep(60)", limit=0.4) as drawing:
        drawn = await asyncio.gather(*(drawing.draw(chart()) for _ in range(20)), return_exceptions=True)

    assert all(isinstance(each, NotDrawn) for each in drawn)
    assert len(begun.read_text()) <= 1, "They gave up one after the other, each with a process of their own."


async def test_who_stops_waiting_does_not_get_another_chart_mixed_up() -> None:
    program = ANSWERS.format(body="(time.sleep(0.3), line)[1]")
    async with studio(program) as drawing:
        given_up = asyncio.create_task(drawing.draw(chart(name="first")))
        await until(lambda: drawing.pid)
        await asyncio.sleep(0.1)
        given_up.cancel()

        assert b"second" in await drawing.draw(chart(name="second"))


async def test_what_cannot_be_drawn_leaves_the_process_to_the_next() -> None:
    async with studio(
        "out.write(bytes(4)); out.flush(); sys.stdin.buffer.readline(); " + ANSWERS.format(body="b'x'")
    ) as it:
        with pytest.raises(NotDrawn, match="refused"):
            await it.draw(chart())

        assert await it.draw(chart()) == b"x"


async def test_the_process_ends_when_nobody_asks_any_more() -> None:
    async with studio(ANSWERS.format(body="b'png'"), idle=0.1) as drawing:
        await drawing.draw(chart())
        pid = drawing.pid

        assert pid is not None
        await until(lambda: not alive(pid))
        assert await drawing.draw(chart()) == b"png"


async def test_the_process_ends_with_ours() -> None:
    """Its input ends then; nothing else has to be told to it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.charts", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.DEVNULL
    )
    assert process.stdin is not None
    process.stdin.close()

    assert await asyncio.wait_for(process.wait(), 10) == 0
