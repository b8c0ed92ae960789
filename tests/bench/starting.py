"""How long ``run`` takes to be ready, against its imports alone; what it takes of memory, and of time while idle."""

import asyncio
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil

from tests.bench.table import Row
from tests.support.databases import SQLiteTemplate
from tests.support.installation import ROOT, Installation, installed
from tests.support.ports import free_ports
from tests.support.process import Process

ROUNDS = 3
IDLE = 20.0
"""Seconds over which the idle processor is watched."""


def rows() -> Iterator[Row]:
    imports = min(_imports() for _ in range(ROUNDS))
    yield Row(what="the imports of `run` alone", figures=f"{imports:.2f} s")
    with tempfile.TemporaryDirectory() as folder:
        ready, memory, idle = asyncio.run(_lived(Path(folder)))
    yield Row(what="`run` until it is ready", figures=f"{ready:.2f} s, {ready / imports:.1f} x", aim="at most 2 x")
    yield Row(what="`run` at rest: memory", figures=f"{memory:.0f} MB", aim="under 130 MB")
    yield Row(what=f"`run` at rest: processor over {IDLE:.0f} s", figures=f"{idle:.1%}", aim="under 1 %")
    demo = min(_demo() for _ in range(ROUNDS))
    yield Row(what="`demo` until somebody can click", figures=f"{demo:.2f} s", aim="under 5 s")


def _imports() -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import bot.cli.main, bot.cli.running"], cwd=ROOT, check=True)
    return time.perf_counter() - began


def _demo() -> float:
    """Return the seconds until the demo says that it runs, which it does once everything answers."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "bot", "demo", "--port", str(free_ports(3)), "--no-open"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        assert any("Ctrl-C ends it" in line for line in process.stdout), "The demo ended by itself."
        return time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate()


async def _lived(folder: Path) -> tuple[float, float, float]:
    template = await asyncio.to_thread(SQLiteTemplate, folder)
    with template.fresh(folder) as url:
        async with installed(url, "socket") as acme:
            ready = min([await _started(acme) for _ in range(ROUNDS)])
            process = Process(acme, "run")
            await process.start()
            await asyncio.sleep(10)
            assert process._process is not None
            seen = psutil.Process(process._process.pid)
            before = seen.cpu_times()
            await asyncio.sleep(IDLE)
            after = seen.cpu_times()
            memory = seen.memory_info().rss / 1e6
            await process.stop()
    return ready, memory, (after.user + after.system - before.user - before.system) / IDLE


async def _started(acme: Installation) -> float:
    began = time.perf_counter()
    process = Process(acme, "run")
    await process.start(ready=False)
    while True:
        try:
            if (await acme.http.get(f"http://127.0.0.1:{process.port}/readyz")).is_success:
                break
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.01)
    took = time.perf_counter() - began
    await process.stop()
    return took
