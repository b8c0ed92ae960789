"""One audit entry, its canonical form and its hash."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from workflows.model import Actor

GENESIS = "0" * 64
_HALF_CHARACTER = re.compile("[\ud800-\udfff]")
_UNPRINTED = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")


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


class AuditEntry(NamedTuple):
    """One link of the chain; ``data`` is canonical JSON text, ``at`` ISO 8601 in UTC with microseconds.

    A tuple, for logs are read by the million.
    """

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


FIELDS = AuditEntry._fields
HASHED = FIELDS[:-2]


def stamp(moment: datetime) -> str:
    """Return *moment* as an entry has it; the texts sort like the moments. Raises ``ValueError`` without a zone."""
    if moment.tzinfo is None:
        raise ValueError("A time in the audit log needs its zone.")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def canonical(value: Any) -> str:
    """Return JSON that is the same for the same value: sorted keys, no spaces, no escapes beyond JSON's own.

    Times become texts (as ``stamp``), decimals their digits, half a character (a lone surrogate) its escape, so
    that the text is always valid UTF-8. Raises ``TypeError`` for what JSON has no form for, names that are no text
    included, and ``ValueError`` for NaN and infinities.
    """
    text = json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return _HALF_CHARACTER.sub(_escape, text)


def _escape(character: re.Match[str]) -> str:
    return f"\\u{ord(character[0]):04x}"


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            if not all(isinstance(name, str) for name in value):
                raise TypeError("Every name in an audit entry's data must be a text.")
            return {name: _plain(each) for name, each in value.items()}
        case list() | tuple():
            return [_plain(each) for each in value]
        case datetime():
            return stamp(value)
        case date():
            return value.isoformat()
        case Decimal():
            return format(value, "f")
        case _:
            return value


def digest(values: tuple[Any, ...], prev_hash: str) -> str:
    """Return SHA-256, in hex, of *prev_hash* and an entry's ``HASHED`` values, a line each; see docs/audit.md.

    Raises ``ValueError`` when a value holds a line break: it could pass for two values. Raises ``TypeError`` for a
    value that is no text.
    """
    text = "\n".join((prev_hash, str(values[0]), *values[1:]))
    if text.count("\n") != len(values):
        raise ValueError("A value of an audit entry holds a line break.")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def link(draft: Draft, seq: int, prev_hash: str) -> AuditEntry:
    """Give *draft* its place after *prev_hash*."""
    columns = {
        "at": stamp(draft.at),
        "action": draft.action,
        "actor_type": draft.actor.type.value,
        "actor_id": draft.actor.id,
        "actor_email": draft.actor.email,
        "request_id": draft.request_id,
        "kind": draft.kind,
        "project_id": draft.project_id,
    }
    # What a line or a database cannot hold is written out: a hostile id must not keep its refusal out of the log.
    columns = {name: _UNPRINTED.sub(_escape, text) for name, text in columns.items()} | {"data": canonical(draft.data)}
    return AuditEntry(seq=seq, **columns, prev_hash=prev_hash, hash=digest((seq, *columns.values()), prev_hash))
