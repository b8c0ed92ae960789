"""The keys of the Administration API: issuing them, admitting their bearers."""

import hmac
from dataclasses import replace

from sandbox.openai.clock import Clock
from sandbox.openai.ids import digest, identifier, redacted, secret
from sandbox.openai.records import ADMIN_KEYS, USERS, AdminKey, Identity
from sandbox.openai.store import Store

USE_NOTED_EVERY = 60


class AdminKeys:
    def __init__(self, store: Store, clock: Clock) -> None:
        self._kept = store[ADMIN_KEYS]
        self._users = store[USERS]
        self._clock = clock

    def keep(self, identity: Identity) -> None:
        """Let the key that the organisation was opened with be one of them; a new one takes the old one's place."""
        key = AdminKey(
            id=identity.admin_key_id,
            name="First key",
            digest=digest(identity.admin_key),
            redacted_value=redacted(identity.admin_key),
            created_at=self._clock.now(),
        )
        if self._kept.get(key.id) is None:
            self._kept.put(key.id, key)

    def issue(self, name: str, owner_id: str | None, lifetime: int | None) -> tuple[AdminKey, str]:
        """Make a key that lives *lifetime* seconds (None: for good); its value exists in this answer only."""
        value, now = secret("sk-admin-"), self._clock.now()
        key = AdminKey(
            id=identifier("key_", 16),
            name=name,
            digest=digest(value),
            redacted_value=redacted(value),
            created_at=now,
            owner_id=owner_id,
            expires_at=None if lifetime is None else now + lifetime,
        )
        return self._kept.put(key.id, key), value

    def admit(self, value: str) -> AdminKey | None:
        """Return the valid key with this *value*, or None; its use is noted once a minute."""
        wanted, now = digest(value), self._clock.now()
        key = next((key for key in self._kept.of().values() if hmac.compare_digest(key.digest, wanted)), None)
        if key is None or key.expired(now) or not self._still_owned(key):
            return None
        if key.last_used_at is None or not 0 <= now - key.last_used_at < USE_NOTED_EVERY:
            return self._kept.put(key.id, replace(key, last_used_at=now))
        return key

    def _still_owned(self, key: AdminKey) -> bool:
        """Only owners of the organisation can use admin keys."""
        owner = self._users.get(key.owner_id) if key.owner_id else None
        return key.owner_id is None or (owner is not None and owner.role == "owner")
