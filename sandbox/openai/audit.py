"""Writing the organisation's audit log, with the event types that OpenAI really has.

Spend limits and alerts, model permissions, hosted tools, service tiers, data retention and who is in a group have none:
such a change leaves no entry here either.
Source: the audit log object of the Administration API's reference.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

from sandbox.openai.clock import Clock
from sandbox.openai.ids import identifier
from sandbox.openai.records import AUDIT_ENTRIES, IDENTITIES, USERS, AdminKey, AuditEntry, User
from sandbox.openai.settings import SettingsDesk
from sandbox.openai.store import Store


class AuditLog:
    def __init__(self, store: Store, clock: Clock, settings: SettingsDesk) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._acting: AdminKey | None = None

    @contextlib.contextmanager
    def acting(self, key: AdminKey) -> Iterator[None]:
        """Ascribe to *key* what is recorded inside; nothing may be awaited in there."""
        self._acting = key
        try:
            yield
        finally:
            self._acting = None

    @property
    def creator(self) -> User | None:
        """The person in whose name the admin key acts: its owner."""
        owner_id = self._acting.owner_id if self._acting else None
        users = self._store[USERS].of()
        if owner_id is not None:
            return users.get(owner_id)
        return next((user for user in users.values() if user.role == "owner"), None)

    def record(self, event: str, details: dict[str, Any], actor: User | None = None) -> None:
        """Note *event*, unless the log is switched off; without *actor* (a person at the dashboard) a key did it."""
        if not self._settings.now.audit_logging:
            return
        entry = AuditEntry(
            id=identifier("audit_log-"),
            type=event,
            effective_at=self._clock.now(),
            actor=_session(actor) if actor else self._admin_key(),
            details=details,
        )
        self._store[AUDIT_ENTRIES].put(entry.id, entry)

    def _admin_key(self) -> dict[str, Any]:
        """Describe the admin key and the owner it belongs to, never whoever asked the key's holder for the change."""
        key_id = self._acting.id if self._acting else self._store[IDENTITIES].of()["identity"].admin_key_id
        key: dict[str, Any] = {"id": key_id, "type": "user"}
        owner = self.creator
        if owner:
            key["user"] = {"id": owner.id, "email": owner.email}
        return {"type": "api_key", "api_key": key}


def _session(user: User) -> dict[str, Any]:
    session = {"user": {"id": user.id, "email": user.email}, "ip_address": "127.0.0.1"}
    return {"type": "session", "session": session}
