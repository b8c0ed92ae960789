"""What one project has in detail, asked when somebody looks: models, tools, people, groups, keys, rate limits.

Each answer is believed for a minute, so that a form which is redrawn at every choice does not use up OpenAI's seven
calls a minute. Every method raises ``AdminAPIError`` when it cannot be known.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, TypeVar

from workflows.admin_api import (
    AdminAPI,
    APIKey,
    APIRole,
    Group,
    GroupUser,
    HeldRole,
    Invite,
    ModelPermissions,
    ProjectGroup,
    ProjectUser,
    RateLimit,
    ServiceAccount,
)
from workflows.model import Claim, Effect
from workflows.organization.recent import Recent
from workflows.store import Database

T = TypeVar("T")


class Details:
    """``prompt`` is a view of the API for somebody who waits; ``now`` is the clock (UTC)."""

    def __init__(self, *, prompt: AdminAPI, database: Database, now: Callable[[], datetime]) -> None:
        self._prompt = prompt
        self._database = database
        self._now = now
        self._seen = Recent(now)
        database.on_change(self._seen.forget)

    async def permissions(self, project_id: str) -> ModelPermissions | None:
        """Return which models the project may use; None is every one."""
        return await self._recent("permissions", self._prompt.model_permissions, project_id)

    async def tools(self, project_id: str) -> Mapping[str, bool]:
        """Return for each hosted tool whether the project may use it."""
        return await self._recent("tools", self._prompt.hosted_tools, project_id)

    async def members(self, project_id: str) -> list[ProjectUser]:
        return await self._recent("members", self._prompt.project_users, project_id)

    async def invites(self, project_id: str) -> list[Invite]:
        """Return the invites to the project that wait for an answer."""

        async def read(key: str) -> list[Invite]:
            return [
                each for each in await self._prompt.invites() if each.status == "pending" and key in each.project_ids
            ]

        return await self._recent("invites", read, project_id)

    async def roles(self, project_id: str) -> list[APIRole]:
        """Return the roles that people and groups can have in the project."""
        return await self._recent("roles", self._prompt.project_roles, project_id)

    async def groups(self) -> list[Group]:
        """Return the organisation's groups."""

        async def read(_key: str) -> list[Group]:
            return await self._prompt.groups()

        return await self._recent("groups", read, "")

    async def project_groups(self, project_id: str) -> list[ProjectGroup]:
        return await self._recent("project groups", self._prompt.project_groups, project_id)

    async def group_roles(self, project_id: str, group_id: str) -> list[HeldRole]:
        async def read(_key: str) -> list[HeldRole]:
            return await self._prompt.group_roles(project_id, group_id)

        return await self._recent("group roles", read, f"{project_id} {group_id}")

    async def group_users(self, group_id: str) -> list[GroupUser]:
        """Return who is in a group, people and service accounts."""
        return await self._recent("group users", self._prompt.group_users, group_id)

    async def user_roles(self, project_id: str, user_id: str) -> list[HeldRole]:
        async def read(_key: str) -> list[HeldRole]:
            return await self._prompt.user_roles(project_id, user_id)

        return await self._recent("user roles", read, f"{project_id} {user_id}")

    async def accounts(self, project_id: str) -> list[ServiceAccount]:
        return await self._recent("accounts", self._prompt.service_accounts, project_id)

    async def keys(self, project_id: str) -> list[APIKey]:
        """Return the project's keys, and learn whether this organisation's keys can expire."""

        async def read(key: str) -> list[APIKey]:
            found = await self._prompt.keys(key)
            if found:
                await self.learn_ability("key_expiry", there=any(each.knows_expiry for each in found))
            return found

        return await self._recent("keys", read, project_id)

    async def rate_limits(self, project_id: str) -> list[RateLimit]:
        """Return the project's rate limits; the first ones ever seen are kept, since OpenAI cannot reset them."""

        async def read(key: str) -> list[RateLimit]:
            found = await self._prompt.rate_limits(key)
            rows = [
                {
                    "model": each.model,
                    "requests_per_minute": each.requests_per_minute,
                    "tokens_per_minute": each.tokens_per_minute,
                }
                for each in found
                if each.model
            ]
            async with self._database.begin() as work:
                await work.remember_rate_limits(key, rows, self._now())
            return found

        return await self._recent("rate limits", read, project_id)

    async def ceiling(self) -> int | None:
        """Return the whole organisation's monthly limit in cents, None when it has none."""

        async def read(_key: str) -> int | None:
            limit = await self._prompt.organization_spend_limit()
            return limit.cents if limit is not None else None

        return await self._recent("ceiling", read, "")

    async def first_rate_limit(self, project_id: str, model: str) -> Mapping[str, Any] | None:
        """Return ``requests_per_minute`` and ``tokens_per_minute`` as they were when first seen."""
        async with self._database.read() as work:
            return await work.first_rate_limit(project_id, model)

    async def spent_by_item(self, project_id: str) -> dict[str, int]:
        """Return line item → nanodollars of this month (UTC), by the costs that are stored."""
        today = self._now().astimezone(UTC).date()
        async with self._database.read() as work:
            items = await work.line_items([project_id], today.replace(day=1), today)
        return {item: sum(days) for item, days in items.items()}

    async def claim_of_key(self, key_id: str) -> Claim | None:
        """Return the claim that a key was made for, None for one that was made otherwise."""
        async with self._database.read() as work:
            return (await work.claims_of_keys([key_id])).get(key_id)

    async def standing(self, project_id: str) -> dict[str, list[Effect]]:
        """Return what stands in the project by approved requests, by subject, the oldest first."""
        async with self._database.read() as work:
            return await work.standing_in(project_id)

    async def lacks(self, ability: str) -> bool:
        """Say whether this organisation's API was seen to be without something (``key_expiry``, ``key_scopes``)."""
        async with self._database.read() as work:
            return (await work.abilities()).get(ability) is False

    async def learn_ability(self, name: str, *, there: bool) -> None:
        async with self._database.read() as work:
            known = (await work.abilities()).get(name)
        if known is not there:
            async with self._database.begin() as work:
                await work.learn_ability(name, there=there, now=self._now())

    def forget(self, project_id: str) -> None:
        """Believe nothing of a project any more: something in it was changed just now."""
        self._seen.forget(project_id)

    async def _recent(self, what: str, read: Callable[[str], Awaitable[T]], key: str) -> T:
        return await self._seen.get(what, key, lambda: read(key))
