"""Keys of a customer's own key store (EKM), so that a project can name the one its data is encrypted with.

Source: the official SDK 3.54, External keys (newer than the published description). Nothing is encrypted here, no
cloud is asked: validating says ``valid`` for every key that is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid, not_found
from sandbox.openai.ids import identifier
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import PROJECTS
from sandbox.openai.routing import Operations
from sandbox.openai.store import Shelf

operations = Operations()

Purpose = Literal["ekm", "psp_decryption"]
Name = Annotated[str, StringConstraints(pattern=r"\S")]


@dataclass(frozen=True, kw_only=True, slots=True)
class ExternalKey:
    """*place* is where the key lies, in the words of its cloud."""

    id: str
    name: str
    type: str
    purpose: str
    created_at: int
    place: Mapping[str, str]


EXTERNAL_KEYS = Shelf(name="external_keys", holds=ExternalKey)


class KeyBody(Body):
    name: Name
    purpose: Purpose = "ekm"


class AwsKey(KeyBody):
    type: Literal["aws"]
    external_id: str
    kms_arn: str
    role_arn: str


class GcpKey(KeyBody):
    type: Literal["gcp"]
    audience: str
    kms_key_location: str
    kms_key_name: str
    kms_key_ring_name: str
    kms_project_id: str
    workload_identity_pool_id: str
    workload_identity_project_number: str
    workload_identity_provider_id: str
    kms_key_version: str | None = None


class AzureKey(KeyBody):
    type: Literal["azure"]
    key_name: str
    tenant_id: str
    vault_uri: str
    key_version: str | None = None


class OciKey(KeyBody):
    type: Literal["oci"]
    key_ocid: str
    region: str
    vault_ocid: str
    key_version_ocid: str | None = None


class KeyCreate(RootModel[Annotated[AwsKey | GcpKey | AzureKey | OciKey, Field(discriminator="type")]]):
    """The body says by its ``type`` which cloud's words follow."""


class KeyCursor(Cursor):
    order: Literal["asc", "desc"] = "asc"
    purpose: Purpose | None = None


@operations.get("/organization/external_keys")
def list_keys(organization: Organization, call: Call) -> JSON:
    cursor, keys = call.question(KeyCursor), list(organization.store[EXTERNAL_KEYS].of().values())
    if cursor.order == "desc":
        keys.reverse()
    return id_page(
        keys,
        cursor,
        lambda key: draw(organization, key),
        keep=lambda key: cursor.purpose in (None, key.purpose),
    )


@operations.post("/organization/external_keys")
def register_key(organization: Organization, call: Call) -> JSON:
    body = call.body(KeyCreate).root
    key = ExternalKey(
        id=identifier("ekm_"),
        name=body.name,
        type=body.type,
        purpose=body.purpose,
        created_at=organization.clock.now(),
        place=body.model_dump(exclude={"name", "type", "purpose"}, exclude_none=True),
    )
    organization.store[EXTERNAL_KEYS].put(key.id, key)
    organization.audit.record("external_key.registered", {"id": key.id, "data": {}})
    return draw(organization, key)


@operations.get("/organization/external_keys/{external_key_id}")
def get_key(organization: Organization, call: Call) -> JSON:
    return draw(organization, _found(organization, call))


@operations.delete("/organization/external_keys/{external_key_id}")
def remove_key(organization: Organization, call: Call) -> JSON:
    key = _found(organization, call)
    if projects := _projects(organization, key):
        raise invalid(f"The external key {key.id} is in use by {', '.join(projects)}.", code="external_key_in_use")
    organization.store[EXTERNAL_KEYS].remove(key.id)
    organization.audit.record("external_key.removed", {"id": key.id})
    return draw(organization, key)


@operations.post("/organization/external_keys/{external_key_id}/validate")
def validate_key(organization: Organization, call: Call) -> JSON:
    _found(organization, call)
    return {"status": "valid"}


def draw(organization: Organization, key: ExternalKey) -> JSON:
    return {
        "object": "external_key",
        "id": key.id,
        "name": key.name,
        "type": key.type,
        "purpose": key.purpose,
        "created_at": key.created_at,
        "workspace_id": organization.id,
        "api_project_ids": _projects(organization, key),
        **key.place,
    }


def _projects(organization: Organization, key: ExternalKey) -> list[str]:
    projects = organization.store[PROJECTS].of().values()
    return [each.id for each in projects if each.external_key_id == key.id and each.archived_at is None]


def _found(organization: Organization, call: Call) -> ExternalKey:
    key = organization.store[EXTERNAL_KEYS].get(call.path["external_key_id"])
    if key is None:
        raise not_found("external key", call.path["external_key_id"])
    return key
