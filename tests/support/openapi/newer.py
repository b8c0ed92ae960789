"""What the official Python SDK 3.54 already has and the published description of 2026-08-21 lacks, by name."""

from collections.abc import Mapping, Sequence
from typing import Any

from tests.support.openapi.newer_operations import newer_operations
from tests.support.openapi.newer_usage import add_newer_usage

JSON = Mapping[str, Any]
EXPIRES_AT = {"expires_at": {"type": ["integer", "null"]}}
LIFETIME = {"type": ["integer", "null"], "minimum": 1, "maximum": 31_536_000}
GEOGRAPHY = {"geography": {"type": ["string", "null"]}}
NEWER_FIELDS: Mapping[str, JSON] = {
    "ProjectApiKey": EXPIRES_AT,
    "ProjectServiceAccountApiKey": EXPIRES_AT,
    "ServiceAccountApiKeyBody": EXPIRES_AT,
    "ProjectServiceAccountCreateRequest": {"expires_in_seconds": LIFETIME},
    "CreateProjectServiceAccountApiKeyBody": {"expires_in_seconds": LIFETIME},
    "ProjectCreateRequest": GEOGRAPHY,
    "ProjectUpdateRequest": GEOGRAPHY,
    "AuditLog/properties/api_key.updated/properties/changes_requested": {"expires_in_seconds": {"type": "integer"}},
}
NEWER_PARAMETERS: Mapping[tuple[str, str], Sequence[JSON]] = {
    ("get", "/organization/costs"): [
        {"name": "line_items", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
    ],
}
NEWER_OPERATIONS: Mapping[tuple[str, str], JSON] = newer_operations()
NEWER_VALUES: Mapping[str, Sequence[str]] = {
    "PublicProjectResidency": ["JP_STORAGE_PROCESSING", "IN_STORAGE_PROCESSING", "AU_STORAGE_PROCESSING"],
    "AuditLogEventType": [
        "external_storage.registered",
        "external_storage.removed",
        "tenant.trusted_access.application.submitted",
        "tenant.trusted_access.business_verification.started",
    ],
}


def add_newer(document: dict[str, Any]) -> None:
    """Put the additions into *document*."""
    for place, properties in NEWER_FIELDS.items():
        schema = document["components"]["schemas"]
        for step in place.split("/"):
            schema = schema[step]
        schema["properties"].update(properties)
    for (method, path), parameters in NEWER_PARAMETERS.items():
        document["paths"][path][method]["parameters"].extend(parameters)
    for (method, path), operation in NEWER_OPERATIONS.items():
        document["paths"].setdefault(path, {})[method] = operation
    for name, values in NEWER_VALUES.items():
        document["components"]["schemas"][name]["enum"].extend(values)
    add_newer_usage(document)
