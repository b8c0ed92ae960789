"""From the click that approves to the card that says *Done*: what of it is neither OpenAI's nor Slack's."""

import asyncio
import json
import os
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tests.bench.engines import engines
from tests.bench.table import Row
from tests.support.installation import Installation, installed, running

DEEDS = 20
QUIET = 3.0
"""Seconds between two deeds: Slack's pace of a message a second is not what is measured."""

DONE = "*Done*"


class Watch:
    """Sees the calls of the bot: when each began and ended, and when a card came to say *Done*."""

    def __init__(self) -> None:
        self.calls: list[tuple[float, float]] = []
        self.done = asyncio.Event()
        self.done_at = 0.0

    def door(self, within: str) -> Callable[[ASGIApp], ASGIApp]:
        """Return what wraps a local server: calls to paths that begin with *within* are seen."""

        def wrapped(app: ASGIApp) -> ASGIApp:
            async def seen(scope: Scope, receive: Receive, send: Send) -> None:
                if scope["type"] != "http" or not scope["path"].startswith(within):
                    await app(scope, receive, send)
                    return
                body = bytearray()

                async def receiving() -> Message:
                    message = await receive()
                    body.extend(message.get("body", b""))
                    return message

                began = time.perf_counter()
                await app(scope, receiving, send)
                ended = time.perf_counter()
                self.calls.append((began, ended))
                if scope["path"].endswith("chat.update") and DONE in _text(bytes(body)):
                    self.done_at = ended
                    self.done.set()

            return seen

        return wrapped

    def theirs(self, since: float, until: float) -> float:
        """Return the seconds of this span in which at least one call was under way."""
        busy, reached = 0.0, since
        for began, ended in sorted(self.calls):
            start, end = max(began, reached), min(ended, until)
            if end > start:
                busy += end - start
                reached = end
        return busy


def _text(body: bytes) -> str:
    if body.startswith(b"{"):
        return str(json.loads(body).get("text", ""))
    return parse_qs(body.decode()).get("text", [""])[0]


def rows() -> Iterator[Row]:
    os.environ["ACTS_PER_MINUTE"] = "100000"
    for name, url in engines():
        whole, ours = asyncio.run(_measured(url))
        figures = (
            f"{statistics.median(ours) * 1000:.0f} ms of ours (p95 {sorted(ours)[int(DEEDS * 0.95)] * 1000:.0f} ms)"
            f" in {statistics.median(whole) * 1000:.0f} ms"
        )
        what = f"{name}: click to executed and card redrawn"
        yield Row(what=what, figures=figures, aim="under 50 ms of ours (median)")


async def _measured(url: str) -> tuple[list[float], list[float]]:
    watch = Watch()
    whole, ours = [], []
    slack, openai = watch.door("/api/"), watch.door("/v1/")
    async with installed(url, "socket", door=slack, openai_door=openai) as acme, running(acme) as parts:
        (project,) = await acme.projects("prompt-lab")
        for number in range(DEEDS):
            asked: dict[str, Any] = {"project": project, "monthly_limit": str(110 + number), "reason": "Bench"}
            await parts.service.open("budget", asked, acme.hands.users["dana"], origin="")
            began, ended = await _approved(acme, watch)
            whole.append(ended - began)
            ours.append(ended - began - watch.theirs(began, ended))
            await asyncio.sleep(QUIET)
    return whole, ours


async def _approved(acme: Installation, watch: Watch) -> tuple[float, float]:
    """Have the request approved; returns when it was clicked, and when its card said that it is done."""
    message = await acme.hands.buttons("lena", "requests")
    place, ts = acme.hands.channels["requests"], message["ts"]
    await asyncio.sleep(QUIET)
    watch.done.clear()
    began = time.perf_counter()
    click = {"user": acme.hands.users["lena"], "channel": place, "ts": ts, "action_id": "approve"}
    clicking = asyncio.create_task(acme.hands.post("/action", **click))
    await asyncio.wait_for(watch.done.wait(), 30)
    await clicking
    return began, watch.done_at
