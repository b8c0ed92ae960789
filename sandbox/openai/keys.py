"""Issuing a project's API keys and saying who owns them."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox.openai.access import Access
from sandbox.openai.clock import Clock
from sandbox.openai.ids import digest, identifier, redacted, secret
from sandbox.openai.records import API_KEYS, ApiKey
from sandbox.openai.store import Store

PREFIXES = {"user": "sk-proj-", "service_account": "sk-svcacct-"}


@dataclass(frozen=True, kw_only=True)
class Owner:
    type: str
    id: str


class KeyRing:
    """The keys of all projects."""

    def __init__(self, store: Store, clock: Clock, access: Access) -> None:
        self._store = store
        self._clock = clock
        self._access = access

    def issue(
        self, project_id: str, owner: Owner, name: str, *, scopes: Sequence[str] = (), lifetime: int | None = None
    ) -> tuple[ApiKey, str]:
        """Make a key that lives *lifetime* seconds (None: for good); its value exists in this answer only."""
        value, now = secret(PREFIXES[owner.type]), self._clock.now()
        key = ApiKey(
            id=identifier("key_", 16),
            name=name,
            digest=digest(value),
            redacted_value=redacted(value),
            created_at=now,
            owner_type=owner.type,
            owner_id=owner.id,
            scopes=tuple(scopes),
            expires_at=None if lifetime is None else now + lifetime,
        )
        return self._store[API_KEYS].put(key.id, key, project_id), value

    def recognise(self, value: str) -> ApiKey | None:
        wanted, keys = digest(value), self._store[API_KEYS]
        owned = (key for owner in keys.owners() for key in keys.of(owner).values())
        return next((key for key in owned if key.digest == wanted), None)

    def owned_by(self, project_id: str, owner_id: str) -> list[ApiKey]:
        return [key for key in self._store[API_KEYS].of(project_id).values() if key.owner_id == owner_id]

    def revoke_all_of(self, project_id: str, owner_id: str) -> None:
        for key in self.owned_by(project_id, owner_id):
            self._store[API_KEYS].remove(key.id, project_id)

    def owner_has_access(self, project_id: str, key: ApiKey) -> bool:
        """Whether the key's owner has effective access to the project now, by whatever role."""
        return self._access.reaches(project_id, key.owner_id)
