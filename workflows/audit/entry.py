"""One audit entry, its canonical form and its hash."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from workflows.model import Actor

GENESIS = "0" * 64


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What happened, before it has a place in the chain. ``data`` holds before and after values, never a secret."""

    action: str
    actor: Actor
    at: datetime
    request_id: str = ""
    kind: str = ""
    project_id: str = ""
    data: Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class AuditEntry:
    """One link of the chain; ``data`` is canonical JSON text, ``at`` ISO 8601 in UTC with microseconds."""

    seq: int
    at: str
    action: str
    actor_type: str
    actor_id: str
    actor_email: str
    request_id: str
    kind: str
    project_id: str
    data: str
    prev_hash: str
    hash: str


FIELDS = tuple(AuditEntry.__dataclass_fields__)


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value: sorted keys, no spaces, no escapes beyond JSON's own."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def digest(values: tuple[Any, ...], prev_hash: str) -> str:
    """Return SHA-256 over the previous hash and the entry's fields (``FIELDS`` without the two hashes).

    Each field is written with its length in front, so that no text can pass for two fields.
    """
    parts = [prev_hash]
    parts.extend(f"{len(text)}:{text}" for text in map(str, values))
    return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def link(draft: Draft, seq: int, prev_hash: str) -> AuditEntry:
    """Give *draft* its place after *prev_hash*."""
    columns: dict[str, str] = {
        "at": draft.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": draft.action,
        "actor_type": draft.actor.type.value,
        "actor_id": draft.actor.id,
        "actor_email": draft.actor.email,
        "request_id": draft.request_id,
        "kind": draft.kind,
        "project_id": draft.project_id,
        "data": canonical(draft.data),
    }
    return AuditEntry(seq=seq, **columns, prev_hash=prev_hash, hash=digest((seq, *columns.values()), prev_hash))
