"""Pushes the audit log to a collector of the company's, entry after entry, signed, until each has arrived.

The signature is that of Standard Webhooks 1.0 (https://github.com/standard-webhooks/standard-webhooks): HMAC-SHA256 of
id, time and body. The body has one entry a line, as the JSON lines export. Entries never overtake each other: what did
not arrive is sent again, at growing intervals, before anything after it.
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import httpx
import structlog
from pydantic import SecretStr

from workflows.audit.entry import AuditEntry
from workflows.audit.export import jsonl_text
from workflows.audit.filters import Filter
from workflows.store import Database
from workflows.store.audit_log import Pushed

AT_ONCE = 200
"""Entries in one call: about a hundred kilobytes."""

LEASE = timedelta(minutes=1)
PATIENCE = 20.0
"""Seconds for one call, well within the lease."""

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(minutes=15)
log = structlog.get_logger(__name__)


class Pushing:
    """``now`` is the clock (UTC). One process pushes at a time."""

    def __init__(self, *, url: str, secret: SecretStr, database: Database, now: Callable[[], datetime]) -> None:
        self._url = url
        self._secret = secret
        self._database = database
        self._now = now
        self._holder = uuid.uuid4().hex
        self._name = hashlib.sha256(url.encode()).hexdigest()[:16]

    async def run_due(self) -> None:
        """Push whatever the collector does not have yet, for as long as it takes it."""
        async with httpx.AsyncClient(timeout=PATIENCE) as client:
            while await self._holds() and await self._push_some(client):
                pass

    async def _holds(self) -> bool:
        now = self._now()
        async with self._database.begin() as work:
            return await work.lease(f"push:{self._name}", self._holder, now, now + LEASE)

    async def _push_some(self, client: httpx.AsyncClient) -> bool:
        """Push the next entries; says whether they arrived, and there may be more."""
        async with self._database.read() as work:
            before = await work.pushed(self._name)
            if before.due_at is not None and before.due_at > self._now():
                return False
            entries = [each async for each in work.audit_entries(Filter(after=before.seq), limit=AT_ONCE)]
        if not entries:
            return False
        problem = await self._sent(client, entries)
        now = self._now()
        after = Pushed(seq=entries[-1].seq)
        if problem:
            log.warning("audit_not_pushed", problem=problem, attempts=before.attempts + 1, after=before.seq)
            pause = min(FIRST_PAUSE * 2 ** min(before.attempts, 10), LONGEST_PAUSE)
            after = Pushed(seq=before.seq, attempts=before.attempts + 1, due_at=now + pause)
        async with self._database.begin() as work:
            await work.save_pushed(self._name, after, now, problem)
        return not problem

    async def _sent(self, client: httpx.AsyncClient, entries: Sequence[AuditEntry]) -> str:
        """Send the entries; returns what went wrong, in a few words."""
        body = jsonl_text(entries).encode()
        name, moment = f"audit-{entries[0].seq}-{entries[-1].seq}", int(self._now().timestamp())
        headers = {
            "content-type": "application/x-ndjson",
            "webhook-id": name,
            "webhook-timestamp": str(moment),
            "webhook-signature": signature(self._secret, name, moment, body),
        }
        try:
            answer = await client.post(self._url, content=body, headers=headers)
        except httpx.HTTPError as error:
            return type(error).__name__
        return "" if answer.is_success else f"HTTP {answer.status_code}"


def signature(secret: SecretStr, name: str, moment: int, body: bytes) -> str:
    """Return the value of ``webhook-signature``; a secret that begins with ``whsec_`` is base64 after that."""
    signed = b"%s.%d.%s" % (name.encode(), moment, body)
    return "v1," + base64.b64encode(hmac.digest(_key(secret), signed, "sha256")).decode()


def _key(secret: SecretStr) -> bytes:
    value = secret.get_secret_value()
    if value.startswith("whsec_"):
        try:
            return base64.b64decode(value.removeprefix("whsec_"), validate=True)
        except binascii.Error:
            pass
    return value.encode()
