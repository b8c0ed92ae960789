"""The outbox under Slack's pace: how near a flooded channel comes to it, and how long a quiet one waits meanwhile."""

import asyncio
import os
import statistics
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from tests.bench.table import Row
from tests.support.databases import SQLiteTemplate
from tests.support.installation import installed, running
from workflows.model import OutboxTopic, Request, Role
from workflows.service import Service
from workflows.service.desk import new_id

FLOOD, QUIET = 30, 8
"""Requests for the busy channel, all at once, and one after the other for the quiet one."""

EACH = 2
"""Messages of a new request in a channel: its card, and the call to decide."""

BURST = 3
"""Messages that a quiet channel takes at once."""


def rows() -> Iterator[Row]:
    os.environ["ACTS_PER_MINUTE"] = "100000"
    with tempfile.TemporaryDirectory() as folder, SQLiteTemplate(Path(folder)).fresh(Path(folder)) as url:
        rate, waits = asyncio.run(_measured(url))
    yield Row(
        what=f"{FLOOD * EACH} messages for one channel",
        figures=f"{rate:.2f} a second, Slack's pace is 1: {rate:.0%}",
        aim="the pace, and no more",
    )
    yield Row(
        what="a quiet channel meanwhile: from request to card",
        figures=f"{statistics.median(waits):.2f} s (median), {max(waits):.2f} s (longest)",
        aim="as without the flood",
    )


async def _measured(url: str) -> tuple[float, list[float]]:
    async with installed(url, "socket") as acme, running(acme) as parts:
        (project,) = await acme.projects("prompt-lab")
        values = {"project": project, "monthly_limit": "150", "reason": "Bench"}
        pattern = await parts.service.open("budget", values, acme.hands.users["dana"], origin="")
        busy, quiet = acme.hands.channels["prompt-lab"], acme.hands.channels["support-assistant"]
        await _told(parts.service, pattern)
        await asyncio.sleep(2 * BURST)
        began = time.monotonic()
        flood = [await _asked(parts.service, pattern, busy) for _ in range(FLOOD)]
        waits = []
        for _ in range(QUIET):
            asked = time.monotonic()
            await _told(parts.service, await _asked(parts.service, pattern, quiet))
            waits.append(time.monotonic() - asked)
            await asyncio.sleep(2 * EACH)
        for request in flood:
            await _told(parts.service, request)
        return (FLOOD * EACH - BURST) / (time.monotonic() - began), waits


async def _asked(service: Service, pattern: Request, channel: str) -> Request:
    """Store what a submission stores: OpenAI, which is asked at each, has a pace of its own."""
    name = new_id()
    now = service.now()
    request = replace(pattern, id=name, origin=name, channel=channel, created_at=now, updated_at=now)
    async with service.database.begin() as work:
        await work.add(request)
        await work.tell(OutboxTopic.POST, name, Role.CARD, now)
        await work.tell(OutboxTopic.POST, name, f"{Role.STAGE}:0", now)
    return request


async def _told(service: Service, request: Request) -> None:
    """Wait until the card and the call to decide both stand."""
    while True:
        async with service.database.read() as work:
            if len([each for each in await work.posted(request.id) if not each.role.startswith("direct")]) >= EACH:
                return
        await asyncio.sleep(0.05)
