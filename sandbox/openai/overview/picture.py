"""Draws projects as the overview shows them: all that is set for each, what it spent, who and what is in it."""

from collections.abc import Mapping
from typing import TypeVar

from sandbox.openai.call import JSON
from sandbox.openai.ledger import NANODOLLARS_PER_CENT
from sandbox.openai.organization import Organization
from sandbox.openai.overview.names import Names
from sandbox.openai.records import API_KEYS, MEMBERSHIPS, PROJECT_GROUPS, SERVICE_ACCOUNTS, ApiKey, Project
from sandbox.openai.resources.hosted_tool_permissions import usable_tools
from sandbox.openai.resources.model_permissions import KEY as MODELS
from sandbox.openai.resources.model_permissions import MODEL_PERMISSIONS
from sandbox.openai.resources.rate_limits import LOWERED
from sandbox.openai.resources.spend_limits import KEY as LIMIT
from sandbox.openai.resources.spend_limits import SPEND_LIMITS
from sandbox.openai.store import ORGANIZATION

MOST = 100
"""How many members, accounts or keys of one project are drawn; how many there are is told."""

T = TypeVar("T")


def draw(organization: Organization, project: Project) -> JSON:
    return {
        "id": project.id,
        "name": project.name,
        "status": project.status,
        "created_at": project.created_at,
        "is_default": organization.is_default(project),
        **money(organization, project.id),
        "models": _models(organization, project.id),
        "tools": [tool for tool, enabled in usable_tools(organization, project.id).items() if enabled],
        "rate_limits": _rate_limits(organization, project.id),
        **_people(organization, project.id),
        **_keys(organization, project.id),
    }


def money(organization: Organization, owner: str) -> JSON:
    """Draw the monthly limit (null: none) and this month's spend, of a project or of ``ORGANIZATION``; in cents."""
    limit = organization.store[SPEND_LIMITS].get(LIMIT, owner)
    project_id = None if owner == ORGANIZATION else owner
    spent = organization.ledger.month_to_date(organization.clock.today(), project_id)
    return {
        "limit": limit.cents if limit else None,
        "limit_is_hard": limit.hard if limit else None,
        "spent": (spent + NANODOLLARS_PER_CENT // 2) // NANODOLLARS_PER_CENT,
    }


def _models(organization: Organization, project_id: str) -> JSON:
    """Draw the policy; its mode is ``every`` where there is none."""
    permissions = organization.store[MODEL_PERMISSIONS].get(MODELS, project_id)
    if permissions is None:
        return {"mode": "every", "ids": []}
    return {"mode": permissions.mode, "ids": list(permissions.model_ids)}


def _rate_limits(organization: Organization, project_id: str) -> list[JSON]:
    """Draw what was lowered, each value with the organisation's own beside it."""
    drawn = []
    for model, lowered in organization.store[LOWERED].of(project_id).items():
        known = organization.models.get(model)  # kept state may be older than the catalogue
        for name, ceiling in known.ceiling.items() if known else ():
            value = lowered.values.get(name, ceiling)
            if value != ceiling:
                drawn.append({"model": model, "name": name, "value": value, "of": ceiling})
    return drawn


def _people(organization: Organization, project_id: str) -> JSON:
    members = organization.store[MEMBERSHIPS].of(project_id)
    accounts = organization.store[SERVICE_ACCOUNTS].of(project_id)
    access, names = organization.access, Names(organization)
    people = [(organization.people.get(each), access.role_in(project_id, each)) for each in _first(members)]
    return {
        "members": [{"name": user.name, "email": user.email, "role": role} for user, role in people],
        "members_total": len(members),
        "groups": [names.group(each) for each in organization.store[PROJECT_GROUPS].of(project_id)],
        "service_accounts": [{"name": each.name, "role": each.role} for each in _first(accounts).values()],
        "service_accounts_total": len(accounts),
    }


def _keys(organization: Organization, project_id: str) -> JSON:
    keys, names = organization.store[API_KEYS].of(project_id), Names(organization)
    return {
        "keys": [_key(each, names.principal(project_id, each.owner_id)) for each in _first(keys).values()],
        "keys_total": len(keys),
    }


def _key(key: ApiKey, owner: str) -> JSON:
    return {
        "name": key.name,
        "redacted_value": key.redacted_value,
        "owner": owner,
        "owner_type": key.owner_type,
        "created_at": key.created_at,
        "last_used_at": key.last_used_at,
        "expires_at": key.expires_at,
    }


def _first(records: Mapping[str, T]) -> dict[str, T]:
    return dict(list(records.items())[:MOST])
