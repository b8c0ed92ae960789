"""What ``/readyz`` asks: whether this process is fit for its work.

A ``web`` is fit while it reaches the database and Slack. A worker also has to keep up: its heart beats, the outbox is
being sent, and costs are being read.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from bot.server import Check
from bot.socket_mode import SocketMode
from workflows.scheduler import BEAT, Scheduler
from workflows.store import Database

LATE = timedelta(minutes=5)
"""How long a message may be due and not be sent."""

STALE = timedelta(hours=2)
"""How old the last reading of costs may be."""

STILL = 6 * BEAT
"""Seconds without a beat after which a worker's jobs count as standing still."""


def checks(
    database: Database, *, scheduler: Scheduler | None = None, sockets: SocketMode | None = None
) -> Mapping[str, Check]:
    """Return the checks of a process; with *scheduler* it works, with *sockets* it listens by Socket Mode."""
    started = datetime.now(UTC)

    async def reaches_database() -> str:
        await database.ping()
        return ""

    async def connected() -> str:
        return "" if sockets is None or await sockets.connected() else "not connected"

    async def beats() -> str:
        seconds = scheduler.since_beat if scheduler is not None else 0.0
        return f"no beat for {seconds:.0f} s" if seconds > STILL else ""

    async def sends() -> str:
        now = datetime.now(UTC)
        async with database.read() as work:
            due = (await work.vitals(now)).outbox_due
        late = now - due if due is not None else timedelta(0)
        return f"a message is due for {late.total_seconds():.0f} s" if late > LATE else ""

    async def reads_costs() -> str:
        now = datetime.now(UTC)
        async with database.read() as work:
            read_at = (await work.vitals(now)).costs_read_at
        old = now - max(read_at or started, started)
        return f"not read for {old.total_seconds():.0f} s" if old > STALE else ""

    found: dict[str, Check] = {"database": reaches_database}
    if sockets is not None:
        found["slack"] = connected
    if scheduler is not None:
        found |= {"scheduler": beats, "outbox": sends, "costs": reads_costs}
    return found
