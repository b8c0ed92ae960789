"""The organisation: its state, the rules several operations share, and the calls that fill it before it is used."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from sandbox.openai.access import Access
from sandbox.openai.admin_keys import AdminKeys
from sandbox.openai.audit import AuditLog
from sandbox.openai.catalogue import models
from sandbox.openai.clock import Clock
from sandbox.openai.errors import Refusal, not_found
from sandbox.openai.faults import Faults
from sandbox.openai.ids import identifier, secret
from sandbox.openai.keys import KeyRing, Owner
from sandbox.openai.ledger import Charge, Ledger, nanodollars
from sandbox.openai.metering import Meter
from sandbox.openai.people import People
from sandbox.openai.records import (
    ADMIN_KEYS,
    GROUP_MEMBERS,
    GROUPS,
    IDENTITIES,
    INVITES,
    PROJECTS,
    ApiKey,
    Group,
    GroupMember,
    Identity,
    Membership,
    Project,
    User,
)
from sandbox.openai.rolebook import RoleBook
from sandbox.openai.settings import Settings, SettingsDesk
from sandbox.openai.store import Store
from sandbox.openai.usage.book import UsageBook

DEFAULT_PROJECT = "Default project"


class Organization:
    """One OpenAI organisation. Single process; every change is one transaction.

    *admin_key* opens the Administration API (made up when absent, kept with the state). *data* is a directory
    that keeps the state over restarts; ``OSError`` when another process uses it, ``ValueError`` when damaged.
    """

    def __init__(self, admin_key: str | None = None, data: Path | None = None) -> None:
        self.store = Store(data)
        self.clock = Clock(self.store)
        self.settings = SettingsDesk(self.store)
        self.audit = AuditLog(self.store, self.clock, self.settings)
        self.roles = RoleBook(self.store, self.settings)
        self.access = Access(self.store, self.clock, self.roles)
        self.keys = KeyRing(self.store, self.clock, self.access)
        self.admin_keys = AdminKeys(self.store, self.clock)
        self.people = People(self.store, self.clock, self.audit, self.keys)
        self.ledger = Ledger(self.store, self.clock)
        self.usage = UsageBook(self.store)
        self.meter = Meter(self.usage, self.ledger)
        self.faults = Faults(self.clock)
        self.models = models()
        with self.store.transaction():
            self._identity = self._recall(admin_key)
        self.faults.rehearse(on=self.settings.now.rehearsal)

    @property
    def id(self) -> str:
        return self._identity.id

    @property
    def admin_key(self) -> str:
        return self._identity.admin_key

    @property
    def default_project(self) -> Project:
        return self.project(self._identity.default_project_id)

    def close(self) -> None:
        """Let go of the data directory."""
        self.store.close()

    # Filling it: as if people had done it at the dashboard long ago, so nothing of it is in the audit log.

    def add_user(self, *, email: str, name: str, role: Literal["reader", "owner"] = "reader") -> User:
        """Add a person, who also joins the Default project. Raises ``Refusal`` when the e-mail is taken."""
        with self.store.transaction():
            user = self.people.add(email=email, name=name, role=role)
            self.people.join(self.default_project.id, user, "member")
        return user

    def add_project(self, *, name: str) -> Project:
        project = Project(id=identifier("proj_"), name=name, created_at=self.clock.now())
        return self.store[PROJECTS].put(project.id, project)

    def add_member(self, project_id: str, user_id: str, role: Literal["member", "owner"] = "member") -> Membership:
        project, user = self.active_project(project_id), self.people.get(user_id)
        return self.people.join(project.id, user, role)

    def add_user_key(self, project_id: str, user_id: str, name: str) -> tuple[ApiKey, str]:
        """Give a person a key, as they do at the dashboard (the API cannot); returns it with its value."""
        project, user = self.active_project(project_id), self.people.get(user_id)
        return self.keys.issue(project.id, Owner(type="user", id=user.id), name)

    def add_spend(
        self, project_id: str | None, amount: Decimal, line_item: str, day: date, *, api_key_id: str | None = None
    ) -> None:
        """Book *amount* dollars (at most nine decimals, ``ValueError`` otherwise) on the UTC *day*."""
        if project_id is not None:
            self.project(project_id)
        charge = Charge(
            project_id=project_id, line_item=line_item, api_key_id=api_key_id, nanodollars=nanodollars(amount)
        )
        self.ledger.add(day, charge)

    def add_group(self, *, name: str, scim_managed: bool = False, member_ids: Sequence[str] = ()) -> Group:
        """Make a group, of the identity provider if *scim_managed*. Raises ``Refusal`` (404) for an unknown member."""
        group = Group(id=identifier("group_"), name=name, created_at=self.clock.now(), scim_managed=scim_managed)
        members = [self.people.principal(member_id) for member_id in member_ids]
        with self.store.transaction():
            self.store[GROUPS].put(group.id, group)
            for member in members:
                self.store[GROUP_MEMBERS].put(member.id, GroupMember(id=member.id), group.id)
        return group

    def change_settings(self, changes: Mapping[str, Any]) -> Settings:
        """Change what an owner sets at the dashboard. Raises ``pydantic.ValidationError``."""
        settings = self.settings.change(changes)
        self.faults.rehearse(on=settings.rehearsal)
        return settings

    def accept_invite(self, invite_id: str) -> User:
        """Let the invited person follow the link in the e-mail and become a user."""
        invite = self.store[INVITES].get(invite_id)
        if invite is None:
            raise not_found("invite", invite_id)
        with self.store.transaction():
            return self.people.accept(invite)

    # Asking it

    def project(self, project_id: str) -> Project:
        """Find a project. Raises ``Refusal`` (404) when there is none."""
        project = self.store[PROJECTS].get(project_id)
        if project is None:
            raise not_found("project", project_id)
        return project

    def active_project(self, project_id: str) -> Project:
        """Find a project that can be used. Raises ``Refusal``: 404 when there is none, 400 when it is archived."""
        project = self.project(project_id)
        if project.archived_at is not None:
            raise Refusal(400, f"Project {project.name} is archived", code="project_archived")
        return project

    def is_default(self, project: Project) -> bool:
        return project.id == self._identity.default_project_id

    def _recall(self, admin_key: str | None) -> Identity:
        known = self.store[IDENTITIES].get("identity")
        if known and admin_key in (None, known.admin_key):
            if admin_key is not None or not self.store[ADMIN_KEYS].of():
                self.admin_keys.keep(known)  # deleted meanwhile, but nobody shall be locked out of a sandbox
            return known
        project_id = known.default_project_id if known else self.add_project(name=DEFAULT_PROJECT).id
        identity = Identity(
            id=known.id if known else identifier("org-"),
            admin_key=admin_key or secret("sk-admin-"),
            admin_key_id=identifier("key_", 16),
            default_project_id=project_id,
        )
        if known and known.admin_key_id in self.store[ADMIN_KEYS].of():
            self.store[ADMIN_KEYS].remove(known.admin_key_id)
        self.admin_keys.keep(identity)
        return self.store[IDENTITIES].put("identity", identity)
