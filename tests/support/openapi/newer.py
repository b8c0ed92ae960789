"""What the official Python SDK 3.54 already has and the published description of 2026-08-21 lacks, by name."""

from collections.abc import Mapping, Sequence
from typing import Any

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
NEWER_OPERATIONS: Mapping[tuple[str, str], JSON] = {
    ("post", "/organization/projects/{project_id}/api_keys/{api_key_id}"): {
        "requestBody": {
            "content": {
                "application/json": {
                    "schema": {
                        "type": "object",
                        "properties": {
                            "scopes": {"type": "array", "items": {"type": "string"}},
                            "expires_in_seconds": {"type": "integer", "minimum": 1, "maximum": 31_536_000},
                        },
                    }
                }
            }
        },
        "responses": {
            "200": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ProjectApiKey"}}}}
        },
    },
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
        document["paths"][path][method] = operation
