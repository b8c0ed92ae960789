"""How long a slash command waits for its acknowledgement while fifty charts are drawn, and while none is.

The bot runs in a process of its own, over HTTP, and draws in another; both local servers and who asks are here. In both
rounds fifty more commands read the same figures; in the second each of them is followed by a chart.
"""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlencode

import httpx
from slack_sdk.signature import SignatureVerifier

from sandbox.scenario.hands import eventually
from tests.bench.table import Row
from tests.support.databases import sqlite_url
from tests.support.installation import Installation, installed
from tests.support.process import Process
from workflows.store import Database

CHARTS = 50
WAITING = 3
"""Charts that wait while one is drawn, so that drawing never pauses."""

UNCHARTED = 0.3
"""Seconds between two of the fifty commands in the round without charts: about what one takes with its chart."""

PACE = 0.04
"""Seconds between two commands whose acknowledgement is timed."""

WHO = "olivia"
PROJECT = "internal-qa"
AIM_MS = 300
"""A tenth of the three seconds that Slack waits."""


def rows() -> Iterator[Row]:
    quiet, busy, drew = asyncio.run(_measured())
    for what, waits in ((f"{CHARTS} answers without a chart", quiet), (f"{CHARTS} answers with their charts", busy)):
        yield Row(what=f"acknowledgements during {what}", figures=_figures(waits), aim=f"p99 {AIM_MS} ms")
    yield Row(what=f"until {CHARTS} charts were drawn, uploaded and posted", figures=f"{drew:.1f} s")


async def _measured() -> tuple[list[float], list[float], float]:
    """Return the waits in milliseconds without charts and with them, and how long the charts took in seconds."""
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncExitStack() as stack:
            acme = await _started(Path(folder), stack)
            await _drawn(acme, 1)  # the process that draws has been started
            quiet = await _round(acme, "spend", charts=False)
            began = time.perf_counter()
            busy = await _round(acme, f"spend {PROJECT}", charts=True)
            return quiet, busy, time.perf_counter() - began


async def _started(folder: Path, stack: AsyncExitStack) -> Installation:
    url = sqlite_url(folder / "bench.db")
    database = Database(url)
    await database.migrate()
    await database.close()
    acme = await stack.enter_async_context(installed(url, "http"))
    process = await Process(acme, "run").start()
    stack.push_async_callback(process.stop)
    acme.workspace.request_url = acme.events_url

    async def told() -> bool | None:
        return "Costs as of" in await _ask(acme, f"spend {PROJECT}") or None

    await eventually(told, "The bot read no costs.", 60)
    return acme


async def _round(acme: Installation, text: str, *, charts: bool) -> list[float]:
    """Time acknowledgements while *text* is asked often; with *charts* as soon as few are left to be drawn."""
    waits: list[float] = []
    before = _charts(acme)
    timing = asyncio.create_task(_time(acme, waits))
    for number in range(CHARTS):
        assert "Costs as of" in await _ask(acme, text)
        await (_drawn(acme, before + number - WAITING) if charts else asyncio.sleep(UNCHARTED))
    if charts:
        await _drawn(acme, before + CHARTS)
    timing.cancel()
    await asyncio.gather(timing, return_exceptions=True)
    return waits


async def _time(acme: Installation, waits: list[float]) -> None:
    while True:
        began = time.perf_counter()
        await _ask(acme, "help")
        waited = time.perf_counter() - began
        waits.append(waited * 1000)
        await asyncio.sleep(max(0.0, PACE - waited))


async def _ask(acme: Installation, text: str) -> str:
    """Send the command as Slack does, signed; returns the answer that came with the acknowledgement."""
    user = acme.hands.users[WHO]
    form = {"command": "/openai", "text": text, "user_id": user, "team_id": acme.workspace.id, "trigger_id": "1.2.3"}
    content = urlencode(form | {"channel_id": acme.hands.channels["general"]})
    moment = str(int(time.time()))
    signature = SignatureVerifier(acme.workspace.tokens.signing_secret).generate_signature(
        timestamp=moment, body=content
    )
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": moment,
        "x-slack-signature": str(signature),
    }
    try:
        answer = await acme.http.post(acme.events_url, content=content, headers=headers)
    except httpx.TransportError:
        return ""
    return str(answer.json()) if answer.text else ""


async def _drawn(acme: Installation, charts: int) -> None:
    """Wait until so many charts were uploaded."""

    async def there() -> bool | None:
        return _charts(acme) >= charts or None

    await eventually(there, "The charts were not drawn.", 60)


def _charts(acme: Installation) -> int:
    return sum(each["method"] == "files.completeUploadExternal" for each in acme.workspace.calls)


def _figures(waits: Sequence[float]) -> str:
    middle, most = _percentile(waits, 50), _percentile(waits, 99)
    return f"{len(waits)}: median {middle:.1f} ms, p99 {most:.1f} ms, longest {max(waits):.1f} ms"


def _percentile(waits: Sequence[float], percent: int) -> float:
    return sorted(waits)[min(len(waits) - 1, len(waits) * percent // 100)]
