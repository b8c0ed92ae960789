"""The names of people, accounts and groups, also of those who are gone with the change that is told."""

from collections.abc import Sequence
from functools import cached_property

from sandbox.openai.organization import Organization
from sandbox.openai.records import GROUPS, ROLES, SERVICE_ACCOUNTS, USERS
from sandbox.openai.store import Written

NAMED = {USERS.name, SERVICE_ACCOUNTS.name, GROUPS.name, ROLES.name}


class Names:
    def __init__(self, organization: Organization, written: Sequence[Written] = ()) -> None:
        self.organization = organization
        self._written = written

    def user(self, user_id: str) -> str:
        user = self.organization.people.find(user_id)
        return user.name if user else self._gone(user_id)

    def group(self, group_id: str) -> str:
        group = self.organization.store[GROUPS].get(group_id)
        return group.name if group else self._gone(group_id)

    def principal(self, scope: str, principal_id: str) -> str:
        """Name a person, a group, or a service account of the project *scope*."""
        account = self.organization.store[SERVICE_ACCOUNTS].get(principal_id, scope)
        if account is not None:
            return account.name
        return self.group(principal_id) if principal_id.startswith("group_") else self.user(principal_id)

    def role(self, scope: str, role_id: str) -> str:
        role = self.organization.roles.get(scope, role_id)
        return role.name if role else self._gone(role_id)

    def _gone(self, named_id: str) -> str:
        return self._removed.get(named_id, named_id)

    @cached_property
    def _removed(self) -> dict[str, str]:
        return {each.key: each.before.name for each in self._written if each.shelf in NAMED and each.before}
