"""Which roles the organisation and each of its projects have, and the ids under which they go.

A predefined role is asked for by its alias or its scoped id, and answered with the scoped one:
``role-api-project-member`` comes back as ``role-api-project-member__api-project__proj_...``.
"""

from collections.abc import Mapping
from functools import cached_property

from sandbox.openai.call import JSON
from sandbox.openai.errors import not_found
from sandbox.openai.permissions import predefined
from sandbox.openai.records import IDENTITIES, ROLES, Role
from sandbox.openai.settings import SettingsDesk
from sandbox.openai.store import ORGANIZATION, Store

SEPARATOR = "__"


class RoleBook:
    """*scope* is everywhere the id of a project, or ``ORGANIZATION``."""

    def __init__(self, store: Store, settings: SettingsDesk) -> None:
        self._store = store
        self._settings = settings

    def all(self, scope: str) -> list[Role]:
        return [*self._predefined(scope).values(), *self._store[ROLES].of(scope).values()]

    def find(self, scope: str, reference: str) -> Role:
        """Find the role that *reference* (alias or id as answered) names. Raises ``Refusal`` (404)."""
        alias, scoped, _ = reference.partition(SEPARATOR)
        role = self._predefined(scope).get(alias) or self._store[ROLES].get(reference, scope)
        if role is None or (scoped and reference != self._scoped(scope, role)):
            raise not_found("role", reference)
        return role

    def get(self, scope: str, role_id: str) -> Role | None:
        """Look up by alias or own id, as they stand in records."""
        return self._predefined(scope).get(role_id) or self._store[ROLES].get(role_id, scope)

    def shown_id(self, scope: str, role: Role) -> str:
        scoped = role.predefined and self._settings.now.role_ids == "scoped"
        return self._scoped(scope, role) if scoped else role.id

    def draw(self, scope: str, role: Role) -> JSON:
        return {
            "object": "role",
            "id": self.shown_id(scope, role),
            "name": role.name,
            "description": role.description,
            "permissions": list(role.permissions),
            "resource_type": resource_type(scope),
            "predefined_role": role.predefined,
        }

    def resource_id(self, scope: str) -> str:
        """Return the id of what the scope's roles apply to: the project, or the organisation."""
        return self._store[IDENTITIES].of()["identity"].id if scope == ORGANIZATION else scope

    def _scoped(self, scope: str, role: Role) -> str:
        kind = resource_type(scope).replace(".", "-")
        return SEPARATOR.join((role.id, kind, self.resource_id(scope)))

    def _predefined(self, scope: str) -> Mapping[str, Role]:
        return self._of_organization if scope == ORGANIZATION else self._of_project

    @cached_property
    def _of_organization(self) -> Mapping[str, Role]:
        return predefined(project=False)

    @cached_property
    def _of_project(self) -> Mapping[str, Role]:
        return predefined(project=True)


def resource_type(scope: str) -> str:
    return "api.organization" if scope == ORGANIZATION else "api.project"
