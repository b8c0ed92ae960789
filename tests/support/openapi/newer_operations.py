"""Operations that the official Python SDK 3.54 has and the published description lacks, as that would describe them."""

from collections.abc import Mapping
from typing import Any

Described = dict[str, Any]
TEXT: Described = {"type": "string"}
WHOLE: Described = {"type": "integer"}
PURPOSE: Described = {"type": "string", "enum": ["ekm", "psp_decryption"]}
TIERS: Described = {
    "anyOf": [
        {"type": "string", "enum": ["all"]},
        {"type": "array", "items": {"type": "string", "enum": ["flex", "fast", "ultrafast"]}},
    ]
}
DEFAULT_TIER: Described = {"type": "string", "enum": ["standard", "fast", "scale"]}
# What says where a key lies, by cloud: what must be said, and what may.
CLOUDS: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "aws": (("external_id", "kms_arn", "role_arn"), ()),
    "gcp": (
        (
            "audience",
            "kms_key_location",
            "kms_key_name",
            "kms_key_ring_name",
            "kms_project_id",
            "workload_identity_pool_id",
            "workload_identity_project_number",
            "workload_identity_provider_id",
        ),
        ("kms_key_version",),
    ),
    "azure": (("key_name", "tenant_id", "vault_uri"), ("key_version",)),
    "oci": (("key_ocid", "region", "vault_ocid"), ("key_version_ocid",)),
}


def newer_operations() -> dict[tuple[str, str], Described]:
    """Return each operation by method and path."""
    project, keys = "/organization/projects/{project_id}", "/organization/external_keys"
    key: Described = {"$ref": "#/components/schemas/ProjectApiKey"}
    tiers = _object({"object": _const("project.service_tier_settings"), **_tiers()}, required=_tiers())
    listed = {"object": _const("list"), "data": {"type": "array", "items": _external_key()}, "has_more": _boolean()}
    ends = {name: {"type": ["string", "null"]} for name in ("first_id", "last_id")}
    return {
        ("post", f"{project}/api_keys/{{api_key_id}}"): _operation(key, body=_object(_key_update())),
        ("get", f"{project}/service_tier_settings"): _operation(tiers),
        ("post", f"{project}/service_tier_settings"): _operation(tiers, body=_object(_tiers())),
        ("get", keys): {**_operation(_object({**listed, **ends}, required=listed)), "parameters": _paging()},
        ("post", keys): _operation(_external_key(), body={"oneOf": [_of_cloud(cloud) for cloud in CLOUDS]}),
        ("get", f"{keys}/{{external_key_id}}"): _operation(_external_key()),
        ("delete", f"{keys}/{{external_key_id}}"): _operation(_external_key()),
        ("post", f"{keys}/{{external_key_id}}/validate"): _operation(_object({"status": TEXT}, required=["status"])),
    }


def _key_update() -> Described:
    return {
        "scopes": {"type": "array", "items": TEXT},
        "expires_in_seconds": {"type": "integer", "minimum": 1, "maximum": 31_536_000},
    }


def _tiers() -> Described:
    return {"default": DEFAULT_TIER, "enabled_tiers": TIERS}


def _external_key() -> Described:
    always = {
        "object": _const("external_key"),
        **dict.fromkeys(("id", "name", "type", "workspace_id"), TEXT),
        "created_at": WHOLE,
        "api_project_ids": {"type": "array", "items": TEXT},
    }
    places = {name: TEXT for must, may in CLOUDS.values() for name in (*must, *may)}
    return _object({**always, "purpose": PURPOSE, **places}, required=always)


def _of_cloud(cloud: str) -> Described:
    must, may = CLOUDS[cloud]
    required = {"name": TEXT, "type": _const(cloud), **dict.fromkeys(must, TEXT)}
    return _object({**required, "purpose": PURPOSE, **dict.fromkeys(may, TEXT)}, required=required)


def _paging() -> list[Described]:
    schemas = {
        "after": TEXT,
        "limit": {"type": "integer", "minimum": 1, "maximum": 100},
        "order": {"type": "string", "enum": ["asc", "desc"]},
        "purpose": PURPOSE,
    }
    return [{"name": name, "in": "query", "schema": schema} for name, schema in schemas.items()]


def _operation(answer: Described, body: Described | None = None) -> Described:
    operation: Described = {"responses": {"200": {"content": {"application/json": {"schema": answer}}}}}
    return operation | ({"requestBody": {"content": {"application/json": {"schema": body}}}} if body else {})


def _object(properties: Described, required: Any = ()) -> Described:
    return {"type": "object", "properties": properties, "required": list(required)}


def _const(value: str) -> Described:
    return {"type": "string", "enum": [value]}


def _boolean() -> Described:
    return {"type": "boolean"}
