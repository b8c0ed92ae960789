"""Entries as events of the Open Cybersecurity Schema Framework, one JSON object a line.

Each is an *Entity Management* event (class 3004, category 3, IAM) of OCSF 1.6: https://schema.ocsf.io/1.6.0/classes/entity_management.
What the schema has no place for is under ``unmapped``, the hashes among it: the event names its link of the chain, but
only the entry itself can be verified.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from workflows.audit.entry import AuditEntry

VERSION = "1.6.0"
CATEGORY, CLASS = 3, 3004
CREATE, READ, UPDATE, DELETE, OTHER = 1, 2, 3, 4, 99
NAMES = {CREATE: "Create", READ: "Read", UPDATE: "Update", DELETE: "Delete", OTHER: "Other"}
INFORMATIONAL, LOW, HIGH = 1, 2, 4
SUCCESS, FAILURE = 1, 2
USER, SYSTEM = 1, 3

ACTIVITIES: Mapping[str, int] = {
    "opened": CREATE,
    "key_claimed": CREATE,
    "export_ordered": READ,
    "exported": READ,
    "cancelled": DELETE,
    "key_not_shown": DELETE,
    "late_key_revoked": DELETE,
    "reverted": DELETE,
    "pruned": DELETE,
}
"""What is neither here nor a refusal changes something: *Update*."""

FAILED = ("_refused", "refused", "_failed", "failed", "cut_off", "revert_failed", "policy_declined", "key_not_revoked")
ALARMING = ("decision_refused", "glass_broken", "frozen", "breaker_opened", "key_not_revoked", "pruned", "found_wrong")


def ocsf_text(entries: Iterable[AuditEntry]) -> str:
    """Return an event for each entry, line end included."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return "".join([encode(event(entry)) + "\n" for entry in entries])


def event(entry: AuditEntry) -> dict[str, Any]:
    """Return *entry* as an event."""
    activity = ACTIVITIES.get(entry.action, UPDATE)
    failed = entry.action.endswith(FAILED)
    return {
        "activity_id": activity,
        "activity_name": NAMES[activity],
        "category_uid": CATEGORY,
        "class_uid": CLASS,
        "type_uid": CLASS * 100 + activity,
        "time": int(datetime.fromisoformat(entry.at).timestamp() * 1000),
        "severity_id": HIGH if entry.action in ALARMING else LOW if failed else INFORMATIONAL,
        "status_id": FAILURE if failed else SUCCESS,
        "message": entry.action,
        "metadata": {
            "version": VERSION,
            "product": {"name": "Countersign", "vendor_name": "Countersign"},
            "event_code": entry.action,
            "sequence": entry.seq,
            "uid": str(entry.seq),
            "correlation_uid": entry.request_id,
            "original_time": entry.at,
        },
        "actor": {
            "user": {
                "uid": entry.actor_id,
                "email_addr": entry.actor_email,
                "type_id": USER if entry.actor_type == "person" else SYSTEM,
                "type": entry.actor_type,
            }
        },
        "entity": {
            "uid": entry.request_id or entry.project_id or "countersign",
            "type": entry.kind or "countersign",
            "name": entry.project_id,
            "data": json.loads(entry.data),
        },
        "unmapped": {"prev_hash": entry.prev_hash, "hash": entry.hash, "project_id": entry.project_id},
    }
