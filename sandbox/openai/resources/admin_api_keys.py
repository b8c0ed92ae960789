"""The organisation's own admin keys: made with their value once, listed without it, and dead when deleted.

Source: Administration API reference, Admin API keys. A key belongs to the owner in whose name it was made and stops
working with their ownership. A use is noted once a minute.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import not_found
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import ADMIN_KEYS, AdminKey
from sandbox.openai.routing import Operations

operations = Operations()

YEAR = 31_536_000


class AdminKeyCursor(Cursor):
    order: Literal["asc", "desc"] = "asc"


class AdminKeyCreate(Body):
    """Absent *expires_in_seconds* makes a key for good; null is not taken."""

    name: Annotated[str, StringConstraints(pattern=r"\S")]
    expires_in_seconds: Annotated[int, Field(ge=1, le=YEAR)] = YEAR


@operations.get("/organization/admin_api_keys")
def list_keys(organization: Organization, call: Call) -> JSON:
    cursor, keys = call.question(AdminKeyCursor), list(organization.store[ADMIN_KEYS].of().values())
    if cursor.order == "desc":
        keys.reverse()
    return id_page(keys, cursor, lambda key: draw(organization, key))


@operations.post("/organization/admin_api_keys")
def create_key(organization: Organization, call: Call) -> JSON:
    body, creator = call.body(AdminKeyCreate), organization.audit.creator
    lifetime = body.expires_in_seconds if "expires_in_seconds" in body.model_fields_set else None
    key, value = organization.admin_keys.issue(body.name, creator.id if creator else None, lifetime)
    organization.audit.record("api_key.created", {"id": key.id, "data": {"scopes": []}})
    return {**draw(organization, key), "value": value}


@operations.get("/organization/admin_api_keys/{key_id}")
def get_key(organization: Organization, call: Call) -> JSON:
    return draw(organization, _found(organization, call))


@operations.delete("/organization/admin_api_keys/{key_id}")
def delete_key(organization: Organization, call: Call) -> JSON:
    key = _found(organization, call)
    organization.store[ADMIN_KEYS].remove(key.id)
    organization.audit.record("api_key.deleted", {"id": key.id})
    return {"object": "organization.admin_api_key.deleted", "id": key.id, "deleted": True}


def draw(organization: Organization, key: AdminKey) -> JSON:
    return {
        "object": "organization.admin_api_key",
        "id": key.id,
        "name": key.name,
        "redacted_value": key.redacted_value,
        "created_at": key.created_at,
        "expires_at": key.expires_at,
        "last_used_at": key.last_used_at,
        "owner": _draw_owner(organization, key),
    }


def _draw_owner(organization: Organization, key: AdminKey) -> JSON:
    first = next(iter(organization.people.owners()), None)
    owner = organization.people.find(key.owner_id) if key.owner_id else first
    drawn = {"type": "user", "object": "organization.user", "role": "owner"}
    return drawn | ({"id": owner.id, "name": owner.name, "created_at": owner.added_at} if owner else {})


def _found(organization: Organization, call: Call) -> AdminKey:
    key = organization.store[ADMIN_KEYS].get(call.path["key_id"])
    if key is None:
        raise not_found("API key", call.path["key_id"])
    return key
