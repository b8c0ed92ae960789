"""The people of the organisation: finding them, taking them in, placing them in projects, letting them go."""

from dataclasses import replace

from sandbox.openai.audit import AuditLog
from sandbox.openai.clock import Clock
from sandbox.openai.errors import invalid, not_found
from sandbox.openai.ids import identifier
from sandbox.openai.keys import KeyRing
from sandbox.openai.records import (
    INVITES,
    MEMBERSHIPS,
    PROJECTS,
    SERVICE_ACCOUNTS,
    USERS,
    Invite,
    Membership,
    ServiceAccount,
    User,
)
from sandbox.openai.store import Store


class People:
    def __init__(self, store: Store, clock: Clock, audit: AuditLog, keys: KeyRing) -> None:
        self._store = store
        self._clock = clock
        self._audit = audit
        self._keys = keys

    def get(self, user_id: str) -> User:
        """Find a user. Raises ``Refusal`` (404) when there is none."""
        user = self._store[USERS].get(user_id)
        if user is None:
            raise not_found("user", user_id)
        return user

    def principal(self, principal_id: str) -> User | ServiceAccount:
        """Find a user, or a service account of whatever project. Raises ``Refusal`` (404) when there is none."""
        accounts = self._store[SERVICE_ACCOUNTS]
        found = (accounts.get(principal_id, owner) for owner in accounts.owners())
        return next((account for account in found if account), None) or self.get(principal_id)

    def find(self, user_id: str | None) -> User | None:
        return self._store[USERS].get(user_id) if user_id else None

    def account(self, project_id: str, account_id: str) -> ServiceAccount:
        """Find a project's service account. Raises ``Refusal`` (404) when the project has none of this id."""
        account = self._store[SERVICE_ACCOUNTS].get(account_id, project_id)
        if account is None:
            raise not_found("service account", account_id)
        return account

    def by_email(self, email: str) -> User | None:
        wanted = email.casefold()
        return next((user for user in self._store[USERS].of().values() if user.email.casefold() == wanted), None)

    def owners(self) -> list[User]:
        return [user for user in self._store[USERS].of().values() if user.role == "owner"]

    def add(self, *, email: str, name: str, role: str) -> User:
        """Take somebody in. Raises ``Refusal`` (400) when the e-mail belongs to somebody already."""
        self.refuse_member(email)
        user = User(id=identifier("user-"), email=email, name=name, role=role, added_at=self._clock.now())
        return self._store[USERS].put(user.id, user)

    def refuse_member(self, email: str) -> None:
        if self.by_email(email):
            raise invalid(f"A user with the email {email} already exists in the organization.", "email")

    def join(self, project_id: str, user: User, role: str) -> Membership:
        """Put *user* into a project; an owner of the organisation is always an owner there."""
        effective = "owner" if user.role == "owner" else role
        member = Membership(id=user.id, role=effective, added_at=self._clock.now())
        return self._store[MEMBERSHIPS].put(user.id, member, project_id)

    def accept(self, invite: Invite) -> User:
        """Make the invited person a user with the promised memberships; projects archived meanwhile are skipped."""
        now = self._clock.now()
        if invite.status(now) != "pending":
            raise invalid(f"The invite {invite.id} is {invite.status(now)}.")
        user = self.add(email=invite.email, name=invite.email.partition("@")[0], role=invite.role)
        for grant in invite.projects:
            project = self._store[PROJECTS].get(grant.id)
            if project and project.archived_at is None:
                self.join(grant.id, user, grant.role)
        self._store[INVITES].put(invite.id, replace(invite, accepted_at=now))
        self._audit.record("invite.accepted", {"id": invite.id}, actor=user)
        self._audit.record("user.added", {"id": user.id, "data": {"role": user.role}}, actor=user)
        return user

    def leave(self, user: User) -> None:
        """Take *user* out of the organisation: out of every project, with every key."""
        for project_id in self._store[PROJECTS].of():
            self._keys.revoke_all_of(project_id, user.id)
            if self._store[MEMBERSHIPS].get(user.id, project_id):
                self._store[MEMBERSHIPS].remove(user.id, project_id)
        self._store[USERS].remove(user.id)
