"""What this process counts, and how the installation is, as Prometheus reads it."""

import asyncio
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from workflows.audit.entry import AuditEntry
from workflows.audit.filters import Filter
from workflows.lifecycle import FINAL, State
from workflows.store import Database, UnitOfWork, Vitals

THROTTLED = 429
OVERLAP = timedelta(minutes=1)
"""How far back the audit log is read again: other processes' clocks may be behind ours."""

DECIDED = frozenset({"quorum_reached", "denied"})
MINUTE, HOUR, DAY = 60, 3_600, 86_400
SPANS = (MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, 8 * HOUR, DAY, 2 * DAY, 3 * DAY)
"""Seconds: the bounds between which times to decide are counted."""


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
        self._events = self._counter(
            "events",
            "What happened to requests (received, decided by outcome, executed, failed), by the audit log's words",
            "event",
            "kind",
        )
        self._calls = self._counter(
            "api_calls", "Calls to OpenAI's and Slack's APIs; status 0 is no answer", "api", "call", "status"
        )
        self._throttled = self._counter("api_throttled", "Calls answered with 429", "api")
        self._deliveries = self._counter("slack_deliveries", "Payloads that Slack brought", "type")
        self._too_fast = self._counter("slack_too_fast", "Payloads of people who did too much at once", "type")
        self._messages = self._counter("messages", "What the notifier did", "outcome")
        self._deciding = Histogram(
            "countersign_time_to_decide_seconds",
            "From a request to the last decision about it",
            ["kind"],
            buckets=SPANS,
            registry=self._registry,
        )
        self._open = self._gauge("requests", "Requests that are not over, by state", "state")
        self._waiting = self._gauge("outbox_waiting", "Messages that wait to be sent")
        self._age = self._gauge("outbox_age_seconds", "Age of the oldest message that waits")
        self._costs = self._gauge("costs_age_seconds", "Since costs were last read from OpenAI; -1 is never")
        self._workers = self._gauge("workers", "Workers that are alive")
        self._frozen = self._gauge("frozen", "1 while somebody has stopped all work")
        self._log = self._gauge("audit_entries", "The number of the audit log's last entry")
        self._lag = self._gauge("audit_push_lag", "Entries that the collector does not have yet; -1 is no collector")

    def openai_called(self, method: str, template: str, status: int | None, _seconds: float) -> None:
        """Count one call to the Administration API; fits ``AdminAPI``'s ``on_call``."""
        self._called("openai", f"{method} {template}", status or 0)

    def slack_called(self, method: str, status: int) -> None:
        """Count one call to Slack's Web API; fits ``slack_api.open_session``."""
        self._called("slack", method, status)

    def delivered(self, kind: str) -> None:
        """Count a payload that Slack brought."""
        self._deliveries.labels(kind).inc()

    def too_fast(self, kind: str) -> None:
        """Count a payload that had no effect because its person did too much at once."""
        self._too_fast.labels(kind).inc()

    def notified(self, outcome: str) -> None:
        """Count what became of one entry of the outbox."""
        self._messages.labels(outcome).inc()

    async def page(self) -> bytes:
        """Return everything in Prometheus' text format; raises what the database raises."""
        async with self._reading:
            await self._read(datetime.now(UTC))
        return generate_latest(self._registry)

    def _counter(self, name: str, meaning: str, *labels: str) -> Counter:
        return Counter(f"countersign_{name}", meaning, labels, registry=self._registry)

    def _gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        return Gauge(f"countersign_{name}", meaning, labels, registry=self._registry)

    def _called(self, api: str, call: str, status: int) -> None:
        self._calls.labels(api, call, status).inc()
        if status == THROTTLED:
            self._throttled.labels(api).inc()

    async def _read(self, now: datetime) -> None:
        decided: list[AuditEntry] = []
        async with self._database.read() as work:
            async for entry in work.audit_entries(Filter(since=self._since)):
                if entry.seq > self._seen:
                    self._events.labels(entry.action, entry.kind).inc()
                    self._seen = entry.seq
                    decided += [entry] if entry.action in DECIDED else []
            await self._time(work, decided)
            vitals = await work.vitals(now)
        self._since = max(self._since, now - OVERLAP)
        self._show(vitals, now)

    async def _time(self, work: UnitOfWork, decided: list[AuditEntry]) -> None:
        opened = await work.opened_at({each.request_id for each in decided}) if decided else {}
        for each in decided:
            if each.request_id in opened:
                span = datetime.fromisoformat(each.at) - opened[each.request_id]
                self._deciding.labels(each.kind).observe(max(0.0, span.total_seconds()))

    def _show(self, vitals: Vitals, now: datetime) -> None:
        for state in State:
            if state not in FINAL:
                self._open.labels(state.value).set(vitals.open.get(state.value, 0))
        self._waiting.set(vitals.outbox_waiting)
        self._age.set((now - vitals.outbox_oldest).total_seconds() if vitals.outbox_oldest else 0)
        self._costs.set((now - vitals.costs_read_at).total_seconds() if vitals.costs_read_at else -1)
        self._workers.set(vitals.workers)
        self._frozen.set(vitals.frozen)
        self._log.set(vitals.audit_seq)
        self._lag.set(-1 if vitals.audit_pushed is None else vitals.audit_seq - vitals.audit_pushed)
