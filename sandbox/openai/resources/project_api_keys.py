"""A project's API keys, of people and of service accounts: list, look up, change, revoke.

Source: Administration API reference, Project API keys. Making one for a person is not possible. Changing one came
after the published description, as did ``expires_at`` and revoking a service account's key here.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import Refusal, invalid, not_found
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import API_KEYS, MEMBERSHIPS, SERVICE_ACCOUNTS, ApiKey, Project
from sandbox.openai.resources.service_accounts import expiry, refuse_lifetime
from sandbox.openai.routing import Operations

operations = Operations()

YEAR = 31_536_000
NO_SCOPES: tuple[str, ...] = ()


class KeyCursor(Cursor):
    """Without *owner_project_access* keys of owners who lost access are left out."""

    owner_project_access: Literal["active", "inactive", "any"] = "active"


class KeyUpdate(Body):
    """Absent means unchanged, null is not taken; *scopes* ``[]`` takes every restriction away."""

    scopes: tuple[str, ...] = NO_SCOPES
    expires_in_seconds: Annotated[int, Field(ge=1, le=YEAR)] = YEAR


@operations.get("/organization/projects/{project_id}/api_keys")
def list_keys(organization: Organization, call: Call) -> JSON:
    project, cursor = organization.active_project(call.path["project_id"]), call.question(KeyCursor)
    return id_page(
        organization.store[API_KEYS].of(project.id).values(),
        cursor,
        lambda key: draw(organization, project, key),
        keep=lambda key: cursor.owner_project_access in ("any", _access(organization, project, key)),
    )


@operations.get("/organization/projects/{project_id}/api_keys/{api_key_id}")
def get_key(organization: Organization, call: Call) -> JSON:
    project, key = _found(organization, call)
    return draw(organization, project, key)


@operations.post("/organization/projects/{project_id}/api_keys/{api_key_id}")
def update_key(organization: Organization, call: Call) -> JSON:
    if not organization.settings.now.key_expiry:
        where = "/v1/organization/projects/{project_id}/api_keys/{api_key_id}".format_map(call.path)
        raise Refusal(405, f"Invalid URL (POST {where})", code="unknown_url")  # as if the operation did not exist
    project, key = _found(organization, call)
    body, now = call.body(KeyUpdate), organization.clock.now()
    if key.expired(now):
        raise invalid(f"The key {key.id} has expired and cannot be updated.")
    asked = body.model_dump(exclude_unset=True)
    if "expires_in_seconds" in asked:
        refuse_lifetime(organization, asked["expires_in_seconds"])
    changed = replace(
        key,
        scopes=asked.get("scopes", key.scopes),
        expires_at=now + asked["expires_in_seconds"] if "expires_in_seconds" in asked else key.expires_at,
    )
    organization.store[API_KEYS].put(key.id, changed, project.id)
    organization.audit.record("api_key.updated", {"id": key.id, "changes_requested": asked})
    return draw(organization, project, changed)


@operations.delete("/organization/projects/{project_id}/api_keys/{api_key_id}")
def delete_key(organization: Organization, call: Call) -> JSON:
    project, key = _found(organization, call)
    if key.owner_type == "service_account" and not organization.settings.now.account_keys_deletable:
        raise invalid("API keys cannot be deleted for service accounts, please delete the service account", code=None)
    organization.store[API_KEYS].remove(key.id, project.id)
    organization.audit.record("api_key.deleted", {"id": key.id})
    return {"object": "organization.project.api_key.deleted", "id": key.id, "deleted": True}


def draw(organization: Organization, project: Project, key: ApiKey) -> JSON:
    return {
        "object": "organization.project.api_key",
        "id": key.id,
        "name": key.name,
        "redacted_value": key.redacted_value,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        **expiry(organization, key),
        "owner_project_access": _access(organization, project, key),
        "owner": {"type": key.owner_type, key.owner_type: _draw_owner(organization, project, key)},
    }


def _draw_owner(organization: Organization, project: Project, key: ApiKey) -> JSON:
    if key.owner_type == "service_account":
        account = organization.store[SERVICE_ACCOUNTS].of(project.id)[key.owner_id]
        return {"id": account.id, "name": account.name, "created_at": account.created_at, "role": account.role}
    user = organization.people.get(key.owner_id)
    member = organization.store[MEMBERSHIPS].get(user.id, project.id)
    role = organization.access.role_in(project.id, user.id) if member else "none"
    return {"id": user.id, "email": user.email, "name": user.name, "created_at": user.added_at, "role": role}


def _access(organization: Organization, project: Project, key: ApiKey) -> str:
    return "active" if organization.keys.owner_has_access(project.id, key) else "inactive"


def _found(organization: Organization, call: Call) -> tuple[Project, ApiKey]:
    project = organization.active_project(call.path["project_id"])
    key = organization.store[API_KEYS].get(call.path["api_key_id"], project.id)
    if key is None:
        raise not_found("API key", call.path["api_key_id"])
    return project, key
