"""Who may use internal-qa, as OpenAI has it, and what its people do there by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import httpx

from sandbox.openai.records import ADMIN_KEYS
from tests.support.company import Company

DANA, PETRA, OLIVIA, NEW = (f"{name}@acme.example" for name in ("dana", "petra", "olivia", "new.hire"))
OWNER, MEMBER, VIEWER = (f"role-api-project-{name}" for name in ("owner", "member", "viewer"))
DASHBOARD = "/v1/projects"


async def places(acme: Company) -> dict[str, str]:
    """Return the address of each member of the project with their role."""
    return {each.email: each.role for each in await acme.api.project_users(acme.project_id)}


async def user_id(acme: Company, email: str) -> str:
    (user,) = await acme.api.users([email])
    return user.id


async def roles(acme: Company, email: str) -> set[str]:
    """Return the roles that somebody was given in the project themselves."""
    held = await acme.api.user_roles(acme.project_id, await user_id(acme, email))
    return {each.id for each in held if each.direct}


async def promises(acme: Company) -> dict[str, list[str]]:
    """Return the address of whoever is invited to the project with the roles that they are promised."""
    found: dict[str, list[str]] = {}
    for each in await acme.api.invites():
        if each.status == "pending" and acme.project_id in each.project_ids:
            found.setdefault(each.email, []).extend(promise.role for promise in each.projects)
    return found


async def custom_role(acme: Company, name: str, *permissions: str) -> str:
    """Have the project's owner make a role; returns its id."""
    body = {"role_name": name, "permissions": list(permissions or ("api.files.read",))}
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {acme.local.admin_key}"}) as client:
        made = await client.post(f"{acme.url}{DASHBOARD}/{acme.project_id}/roles", json=body)
    return str(made.raise_for_status().json()["id"])


async def delete_role(acme: Company, role_id: str) -> None:
    """Have the project's owner delete a role of theirs, whoever has it."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {acme.local.admin_key}"}) as client:
        (await client.delete(f"{acme.url}{DASHBOARD}/{acme.project_id}/roles/{role_id}")).raise_for_status()


async def leave(acme: Company, email: str) -> None:
    """Take somebody out of the organisation, as when they leave the company."""
    async with httpx.AsyncClient(headers={"Authorization": f"Bearer {acme.local.admin_key}"}) as client:
        url = f"{acme.url}/v1/organization/users/{await user_id(acme, email)}"
        (await client.delete(url)).raise_for_status()


@asynccontextmanager
async def without_access(acme: Company) -> AsyncIterator[None]:
    """Let our own admin key be expired for a while."""
    keys = acme.local.store[ADMIN_KEYS]
    (key,) = keys.of().values()
    keys.put(key.id, replace(key, expires_at=1))
    yield
    keys.put(key.id, key)
