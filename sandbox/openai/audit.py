"""Writing the organisation's audit log, with the event types that OpenAI really has.

Spend limits, spend alerts and model permissions have none: such a change leaves no entry here either.
Source: the audit log object of the Administration API's reference.
"""

from typing import Any

from sandbox.openai.clock import Clock
from sandbox.openai.ids import identifier
from sandbox.openai.records import AUDIT_ENTRIES, IDENTITIES, USERS, AuditEntry, User
from sandbox.openai.store import Store


class AuditLog:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def record(self, event: str, details: dict[str, Any], actor: User | None = None) -> None:
        """Note *event*; without *actor* (a person at the dashboard) the admin key did it."""
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
        (identity,) = self._store[IDENTITIES].of().values()
        key: dict[str, Any] = {"id": identity.admin_key_id, "type": "user"}
        owner = next((user for user in self._store[USERS].of().values() if user.role == "owner"), None)
        if owner:
            key["user"] = {"id": owner.id, "email": owner.email}
        return {"type": "api_key", "api_key": key}


def _session(user: User) -> dict[str, Any]:
    session = {"user": {"id": user.id, "email": user.email}, "ip_address": "127.0.0.1"}
    return {"type": "session", "session": session}
