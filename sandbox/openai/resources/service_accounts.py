"""A project's service accounts and the keys made for them; a key's value is in the answer that makes it, once.

Source: Administration API reference, Project service accounts. A key's lifetime (``expires_in_seconds``) came after
the published description.
"""

from dataclasses import replace
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from sandbox.openai.call import JSON, Body, Call
from sandbox.openai.errors import invalid, not_found
from sandbox.openai.ids import identifier
from sandbox.openai.keys import Owner
from sandbox.openai.organization import Organization
from sandbox.openai.paging import Cursor, id_page
from sandbox.openai.records import SERVICE_ACCOUNTS, ApiKey, Project, ServiceAccount
from sandbox.openai.routing import Operations

operations = Operations()

YEAR = 31_536_000
Lifetime = Annotated[int, Field(ge=1, le=YEAR)] | None
Name = Annotated[str, StringConstraints(pattern=r"\S")]


class AccountCreate(Body):
    name: Name
    create_service_account_only: bool | None = None
    expires_in_seconds: Lifetime = None


class AccountUpdate(Body):
    name: Name | None = None
    role: Literal["member", "owner"] | None = None


class KeyCreate(Body):
    name: str | None = None
    scopes: tuple[str, ...] = ()
    expires_in_seconds: Lifetime = None


@operations.get("/organization/projects/{project_id}/service_accounts")
def list_accounts(organization: Organization, call: Call) -> JSON:
    project = organization.active_project(call.path["project_id"])
    accounts = organization.store[SERVICE_ACCOUNTS].of(project.id).values()
    return id_page(accounts, call.question(Cursor), draw)


@operations.post("/organization/projects/{project_id}/service_accounts")
def create_account(organization: Organization, call: Call) -> JSON:
    project, body = organization.active_project(call.path["project_id"]), call.body(AccountCreate)
    if organization.is_default(project):
        raise invalid("Service accounts cannot be added to the default project.")
    bare = body.create_service_account_only or False
    if not bare:
        refuse_lifetime(organization, body.expires_in_seconds)
    if bare and body.expires_in_seconds is not None:
        raise invalid("An account without a key has no key that could expire.", "expires_in_seconds")
    account = ServiceAccount(
        id=identifier("svc_acct_"),
        name=body.name,
        role="none" if bare else "member",
        created_at=organization.clock.now(),
    )
    organization.store[SERVICE_ACCOUNTS].put(account.id, account, project.id)
    details = {"id": account.id, "data": {"role": account.role}}
    organization.audit.record("service_account.created", details)
    first = KeyCreate(name="Secret Key", expires_in_seconds=body.expires_in_seconds)
    key = None if bare else _issue(organization, project, account, first)
    return {**draw(account), "api_key": key}


@operations.get("/organization/projects/{project_id}/service_accounts/{service_account_id}")
def get_account(organization: Organization, call: Call) -> JSON:
    _, account = _found(organization, call)
    return draw(account)


@operations.post("/organization/projects/{project_id}/service_accounts/{service_account_id}")
def update_account(organization: Organization, call: Call) -> JSON:
    project, account = _found(organization, call)
    asked = call.body(AccountUpdate).model_dump(exclude_none=True)
    changed = replace(account, **asked)
    organization.store[SERVICE_ACCOUNTS].put(account.id, changed, project.id)
    details = {"id": account.id, "changes_requested": {"role": changed.role}}
    organization.audit.record("service_account.updated", details)
    return draw(changed)


@operations.delete("/organization/projects/{project_id}/service_accounts/{service_account_id}")
def delete_account(organization: Organization, call: Call) -> JSON:
    project, account = _found(organization, call)
    organization.keys.revoke_all_of(project.id, account.id)
    organization.access.forget(account.id)
    organization.store[SERVICE_ACCOUNTS].remove(account.id, project.id)
    organization.audit.record("service_account.deleted", {"id": account.id})
    return {"object": "organization.project.service_account.deleted", "id": account.id, "deleted": True}


@operations.post("/organization/projects/{project_id}/service_accounts/{service_account_id}/api_keys")
def create_key(organization: Organization, call: Call) -> JSON:
    project, account = _found(organization, call)
    body = call.body(KeyCreate)
    refuse_lifetime(organization, body.expires_in_seconds)
    return _issue(organization, project, account, body)


def draw(account: ServiceAccount) -> JSON:
    return {
        "object": "organization.project.service_account",
        "id": account.id,
        "name": account.name,
        "role": account.role,
        "created_at": account.created_at,
    }


def refuse_lifetime(organization: Organization, seconds: int | None) -> None:
    """Raise ``Refusal`` (400) for a lifetime that the organisation's age or policy does not allow."""
    longest = organization.settings.now.longest_key_life
    if not organization.settings.now.key_expiry:
        if seconds is not None:
            raise invalid("Unknown parameter: 'expires_in_seconds'.", "expires_in_seconds", "unknown_parameter")
    elif longest is not None and (seconds is None or seconds > longest):
        message = f"The organization's policy asks for keys that expire within {longest} seconds."
        raise invalid(message, "expires_in_seconds", "expiration_required")


def expiry(organization: Organization, key: ApiKey) -> JSON:
    """Draw when *key* ends; an older organisation does not know that keys can."""
    return {"expires_at": key.expires_at} if organization.settings.now.key_expiry else {}


def _issue(organization: Organization, project: Project, account: ServiceAccount, asked: KeyCreate) -> JSON:
    key, value = organization.keys.issue(
        project.id,
        Owner(type="service_account", id=account.id),
        account.name if asked.name is None else asked.name,
        scopes=asked.scopes,
        lifetime=asked.expires_in_seconds,
    )
    organization.audit.record("api_key.created", {"id": key.id, "data": {"scopes": list(key.scopes)}})
    return _draw_once(key, value) | expiry(organization, key)


def _draw_once(key: ApiKey, value: str) -> JSON:
    return {
        "object": "organization.project.service_account.api_key",
        "id": key.id,
        "name": key.name,
        "value": value,
        "created_at": key.created_at,
    }


def _found(organization: Organization, call: Call) -> tuple[Project, ServiceAccount]:
    project = organization.active_project(call.path["project_id"])
    account = organization.store[SERVICE_ACCOUNTS].get(call.path["service_account_id"], project.id)
    if account is None:
        raise not_found("service account", call.path["service_account_id"])
    return project, account
