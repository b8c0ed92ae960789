"""What this process counts, as Prometheus reads it."""

import asyncio
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from workflows.audit.filters import Filter
from workflows.store import Database

THROTTLED = 429
OVERLAP = timedelta(minutes=1)
"""How far back the audit log is read again: other processes' clocks may be behind ours."""


class Metrics:
    """Counters of this process, and the numbers of the database at the moment they are read.

    The events are counted from the audit log from *started* on, so every process on one database shows all of them.
    """

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, database: Database, *, started: datetime | None = None) -> None:
        self._database = database
        self._since = started or datetime.now(UTC)
        self._seen = -1
        self._reading = asyncio.Lock()
        self._registry = CollectorRegistry()
        self._events = Counter(
            "countersign_events",
            "What happened to requests (received, decided by outcome, executed, failed), by the audit log's words",
            ["event", "kind"],
            registry=self._registry,
        )
        self._calls = Counter(
            "countersign_api_calls",
            "Calls to OpenAI's and Slack's APIs; status 0 is no answer",
            ["api", "call", "status"],
            registry=self._registry,
        )
        self._throttled = Counter(
            "countersign_api_throttled", "Calls answered with 429", ["api"], registry=self._registry
        )
        self._deliveries = Counter(
            "countersign_slack_deliveries", "Payloads that Slack brought", ["type"], registry=self._registry
        )
        self._messages = Counter("countersign_messages", "What the notifier did", ["outcome"], registry=self._registry)
        self._waiting = Gauge("countersign_outbox_waiting", "Messages that wait to be sent", registry=self._registry)
        self._age = Gauge(
            "countersign_outbox_age_seconds", "Age of the oldest message that waits", registry=self._registry
        )

    def openai_called(self, method: str, template: str, status: int | None, _seconds: float) -> None:
        """Count one call to the Administration API; fits ``AdminAPI``'s ``on_call``."""
        self._called("openai", f"{method} {template}", status or 0)

    def slack_called(self, method: str, status: int) -> None:
        """Count one call to Slack's Web API; fits ``slack_api.open_session``."""
        self._called("slack", method, status)

    def delivered(self, kind: str) -> None:
        """Count a payload that Slack brought."""
        self._deliveries.labels(kind).inc()

    def notified(self, outcome: str) -> None:
        """Count what became of one entry of the outbox."""
        self._messages.labels(outcome).inc()

    async def page(self) -> bytes:
        """Return everything in Prometheus' text format; raises what the database raises."""
        async with self._reading:
            await self._read(datetime.now(UTC))
        return generate_latest(self._registry)

    def _called(self, api: str, call: str, status: int) -> None:
        self._calls.labels(api, call, status).inc()
        if status == THROTTLED:
            self._throttled.labels(api).inc()

    async def _read(self, now: datetime) -> None:
        async with self._database.read() as work:
            waiting, oldest = await work.outbox_backlog()
            async for entry in work.audit_entries(Filter(since=self._since)):
                if entry.seq > self._seen:
                    self._events.labels(entry.action, entry.kind).inc()
                    self._seen = entry.seq
        self._since = max(self._since, now - OVERLAP)
        self._waiting.set(waiting)
        self._age.set((now - oldest).total_seconds() if oldest else 0)
