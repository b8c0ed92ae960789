"""Who holds which role, directly or through a group, and what that permits.

The role somebody was taken in with stands in their user, membership or service account; every further one is an
assignment. Access is the union of all: taking one away may change nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sandbox.openai.clock import Clock
from sandbox.openai.permissions import (
    MEMBER_OF_PROJECT,
    OWNER_OF_ORGANIZATION,
    OWNER_OF_PROJECT,
    READER_OF_ORGANIZATION,
    VIEWER_OF_PROJECT,
)
from sandbox.openai.records import (
    ASSIGNMENTS,
    GROUP_MEMBERS,
    GROUPS,
    MEMBERSHIPS,
    PROJECT_GROUPS,
    PROJECTS,
    SERVICE_ACCOUNTS,
    USERS,
    Assignment,
    Membership,
    ProjectGroup,
    Role,
    ServiceAccount,
    User,
)
from sandbox.openai.rolebook import RoleBook
from sandbox.openai.store import ORGANIZATION, Store

OF_ORGANIZATION = {"owner": OWNER_OF_ORGANIZATION, "reader": READER_OF_ORGANIZATION}
OF_PROJECT = {"owner": OWNER_OF_PROJECT, "member": MEMBER_OF_PROJECT}
BY_STRENGTH = {OWNER_OF_PROJECT: "owner", MEMBER_OF_PROJECT: "member", VIEWER_OF_PROJECT: "viewer"}
IN_PROJECT = {alias: role for role, alias in OF_PROJECT.items()}


@dataclass(frozen=True, kw_only=True)
class Held:
    """A role somebody has; *groups* are those it comes through, *direct* says whether it was given as well."""

    role: Role
    direct: bool
    groups: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return self.role.id


class Access:
    """*scope* is everywhere the id of a project, or ``ORGANIZATION``; a principal's id names its type as well."""

    def __init__(self, store: Store, clock: Clock, roles: RoleBook) -> None:
        self._store = store
        self._clock = clock
        self._roles = roles

    # Asking

    def held(self, scope: str, principal_id: str) -> list[Held]:
        """Return every role of a principal in *scope*, the strongest predefined ones first."""
        direct = set(self._direct(scope, principal_id))
        inherited: dict[str, list[str]] = {}
        for group_id in self.groups_of(principal_id):
            for role_id in self._assigned(scope, group_id):
                inherited.setdefault(role_id, []).append(group_id)
        return [
            Held(role=role, direct=role.id in direct, groups=tuple(inherited.get(role.id, ())))
            for role in self._roles.all(scope)
            if role.id in direct or role.id in inherited
        ]

    def permissions(self, project_id: str, principal_id: str) -> frozenset[str]:
        """Return what a user or service account may do in a project; empty for who has no access to it."""
        in_project = self.held(project_id, principal_id)
        in_organization = self.held(ORGANIZATION, principal_id)
        if not in_project and not self.owns_organization(principal_id):
            return frozenset()
        return frozenset(each for held in (*in_project, *in_organization) for each in held.role.permissions)

    def reaches(self, project_id: str, principal_id: str) -> bool:
        """Whether a user or service account may do anything at all in a project."""
        for role_id in self._direct(project_id, principal_id):  # mostly enough, and much less work than all of it
            role = self._roles.get(project_id, role_id)
            if role and role.permissions:
                return True
        return bool(self.permissions(project_id, principal_id))

    def allows(self, project_id: str, principal_id: str, permission: str) -> bool:
        return permission in self.permissions(project_id, principal_id)

    def owns_organization(self, principal_id: str) -> bool:
        return any(held.id == OWNER_OF_ORGANIZATION for held in self.held(ORGANIZATION, principal_id))

    def groups_of(self, principal_id: str) -> Iterator[str]:
        for group_id in self._store[GROUPS].of():
            if self._store[GROUP_MEMBERS].get(principal_id, group_id):
                yield group_id

    def role_in(self, project_id: str, principal_id: str) -> str:
        """Return the word for a direct member: the strongest predefined role, else ``none``."""
        direct = set(self._direct(project_id, principal_id))
        return next((word for alias, word in BY_STRENGTH.items() if alias in direct), "none")

    # Giving and taking

    def assign(self, scope: str, principal_id: str, role: Role) -> bool:
        """Give *role*; a user or group without access to the project has it then. False when it was held already."""
        if role.id in self._direct(scope, principal_id):
            return False
        if not self._assign_as_base(scope, principal_id, role.id):
            assignment = Assignment(role_id=role.id, principal_id=principal_id)
            self._store[ASSIGNMENTS].put(_key(principal_id, role.id), assignment, scope)
            self._let_in(scope, principal_id)
        return True

    def unassign(self, scope: str, principal_id: str, role: Role) -> bool:
        """Take *role* away; who has no other direct one leaves the project. False when it was not given directly."""
        if role.id not in self._direct(scope, principal_id):
            return False
        key = _key(principal_id, role.id)
        if self._store[ASSIGNMENTS].get(key, scope):
            self._store[ASSIGNMENTS].remove(key, scope)
        if self._base(scope, principal_id) == role.id:
            self._clear_base(scope, principal_id)
        if scope != ORGANIZATION and not list(self._direct(scope, principal_id)):
            self._let_out(scope, principal_id)
        return True

    def forget(self, principal_id: str, scope: str | None = None) -> None:
        """Drop what a principal was assigned in *scope*; without one everywhere, out of every group as well."""
        for owner in list(self._store[ASSIGNMENTS].owners()) if scope is None else [scope]:
            for role_id in list(self._assigned(owner, principal_id)):
                self._store[ASSIGNMENTS].remove(_key(principal_id, role_id), owner)
        if scope is None:
            for group_id in list(self.groups_of(principal_id)):
                self._store[GROUP_MEMBERS].remove(principal_id, group_id)

    def drop_role(self, scope: str, role: Role) -> None:
        """Take a custom role away from everybody, before it is deleted."""
        holders = [each.principal_id for each in self._store[ASSIGNMENTS].of(scope).values() if each.role_id == role.id]
        for principal_id in holders:
            self.unassign(scope, principal_id, role)

    # The role somebody was taken in with

    def set_organization_role(self, user: User, role: str) -> User:
        """Make *user* an ``owner`` or ``reader``; an owner of the organisation owns every project they are in."""
        changed = self._store[USERS].put(user.id, replace(user, role=role))
        for project_id in self._store[PROJECTS].of() if role == "owner" else ():
            if self._store[MEMBERSHIPS].get(user.id, project_id):
                self._set_base(project_id, user.id, "owner")
        return changed

    def _direct(self, scope: str, principal_id: str) -> Iterator[str]:
        base = self._base(scope, principal_id)
        if base:
            yield base
        yield from self._assigned(scope, principal_id)

    def _assigned(self, scope: str, principal_id: str) -> Iterator[str]:
        for assignment in self._store[ASSIGNMENTS].of(scope).values():
            if assignment.principal_id == principal_id:
                yield assignment.role_id

    def _base(self, scope: str, principal_id: str) -> str | None:
        if scope == ORGANIZATION:
            user = self._store[USERS].get(principal_id)
            return OF_ORGANIZATION[user.role] if user else None
        member = self._member(scope, principal_id)
        return OF_PROJECT.get(member.role) if member else None

    def _member(self, project_id: str, principal_id: str) -> Membership | ServiceAccount | None:
        account = self._store[SERVICE_ACCOUNTS].get(principal_id, project_id)
        return account or self._store[MEMBERSHIPS].get(principal_id, project_id)

    def _assign_as_base(self, scope: str, principal_id: str, role_id: str) -> bool:
        """Whether the role became the one its holder is taken in with."""
        if scope == ORGANIZATION:
            user = self._store[USERS].get(principal_id)
            if user is None or role_id != OWNER_OF_ORGANIZATION:
                return False
            self.set_organization_role(user, "owner")
            return True
        if role_id not in IN_PROJECT or principal_id in self._store[GROUPS].of():
            return False
        member = self._member(scope, principal_id)
        if member is not None and member.role != "none":
            return False
        self._set_base(scope, principal_id, IN_PROJECT[role_id])
        return True

    def _set_base(self, project_id: str, principal_id: str, role: str) -> None:
        account = self._store[SERVICE_ACCOUNTS].get(principal_id, project_id)
        if account is not None:
            self._store[SERVICE_ACCOUNTS].put(principal_id, replace(account, role=role), project_id)
            return
        member = self._store[MEMBERSHIPS].get(principal_id, project_id)
        now = self._clock.now()
        changed = replace(member, role=role) if member else Membership(id=principal_id, role=role, added_at=now)
        self._store[MEMBERSHIPS].put(principal_id, changed, project_id)

    def _clear_base(self, scope: str, principal_id: str) -> None:
        if scope == ORGANIZATION:
            self.set_organization_role(self._store[USERS].of()[principal_id], "reader")
        else:
            self._set_base(scope, principal_id, "none")

    # Who has a place in a project

    def _let_in(self, scope: str, principal_id: str) -> None:
        if scope == ORGANIZATION:
            return
        if principal_id in self._store[GROUPS].of():
            if self._store[PROJECT_GROUPS].get(principal_id, scope) is None:
                group = ProjectGroup(id=principal_id, added_at=self._clock.now())
                self._store[PROJECT_GROUPS].put(principal_id, group, scope)
        elif self._member(scope, principal_id) is None:
            self._set_base(scope, principal_id, "none")

    def _let_out(self, project_id: str, principal_id: str) -> None:
        groups, members = self._store[PROJECT_GROUPS], self._store[MEMBERSHIPS]
        if groups.get(principal_id, project_id):
            groups.remove(principal_id, project_id)
        if members.get(principal_id, project_id):
            members.remove(principal_id, project_id)


def _key(principal_id: str, role_id: str) -> str:
    return f"{principal_id}:{role_id}"
