"""What an organisation consists of: frozen values that several resources share."""

from dataclasses import dataclass, field
from typing import Any

from sandbox.openai.store import Shelf


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """The organisation itself. The admin key opens everything here, so it stays out of every repr."""

    id: str
    admin_key: str = field(repr=False)
    admin_key_id: str
    default_project_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Project:
    """Times are Unix seconds; archiving is final."""

    id: str
    name: str
    created_at: int
    archived_at: int | None = None
    residency: str | None = None
    external_key_id: str | None = None

    @property
    def status(self) -> str:
        return "active" if self.archived_at is None else "archived"


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A person of the organisation; *role* is ``owner`` or ``reader``."""

    id: str
    email: str
    name: str
    role: str
    added_at: int
    technical_level: str | None = None
    developer_persona: str | None = None
    api_key_last_used_at: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """A person's place in one project; *id* is the user's.

    *role* is ``owner``, ``member``, or ``none`` for somebody who is there by other roles only.
    """

    id: str
    role: str
    added_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectGrant:
    id: str
    role: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Invite:
    id: str
    email: str
    role: str
    projects: tuple[ProjectGrant, ...]
    created_at: int
    expires_at: int
    accepted_at: int | None = None

    def status(self, now: int) -> str:
        if self.accepted_at is not None:
            return "accepted"
        return "pending" if now < self.expires_at else "expired"


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceAccount:
    """*role* is ``owner``, ``member``, or ``none`` for an account made without default permissions."""

    id: str
    name: str
    role: str
    created_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ApiKey:
    """A project's key. Its value is given away once; only a digest of it is kept, to recognise it.

    *scopes* empty or absent means no restriction beyond the owner's own permissions.
    """

    id: str
    name: str
    digest: str = field(repr=False)
    redacted_value: str
    created_at: int
    owner_type: str
    owner_id: str
    scopes: tuple[str, ...] = ()
    expires_at: int | None = None
    last_used_at: int | None = None

    def expired(self, now: int) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, kw_only=True, slots=True)
class AdminKey:
    """A key of the Administration API; only a digest of its value is kept.

    Without *owner_id* it belongs to whoever is the organisation's first owner.
    """

    id: str
    name: str
    digest: str = field(repr=False)
    redacted_value: str
    created_at: int
    owner_id: str | None = None
    expires_at: int | None = None
    last_used_at: int | None = None

    def expired(self, now: int) -> bool:
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, kw_only=True, slots=True)
class Group:
    """People and service accounts under one name; of a SCIM group the identity provider is the master."""

    id: str
    name: str
    created_at: int
    scim_managed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class GroupMember:
    """*id* is a user's or a service account's."""

    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ProjectGroup:
    """A group that has access to a project; *id* is the group's."""

    id: str
    added_at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Role:
    """A named set of permissions, of the organisation or of one project; *id* of a predefined one is its alias."""

    id: str
    name: str
    permissions: tuple[str, ...]
    description: str | None = None
    predefined: bool = False
    created_at: int | None = None
    updated_at: int | None = None
    created_by: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment:
    """A role given to a principal (a user, service account or group) beside the one it was taken in with."""

    role_id: str
    principal_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One event; *details* stands under the event's own name in the answer, as OpenAI does it."""

    id: str
    type: str
    effective_at: int
    actor: dict[str, Any]
    details: dict[str, Any]


IDENTITIES = Shelf(name="identity", holds=Identity)
PROJECTS = Shelf(name="projects", holds=Project)
USERS = Shelf(name="users", holds=User)
MEMBERSHIPS = Shelf(name="project_users", holds=Membership)
INVITES = Shelf(name="invites", holds=Invite)
SERVICE_ACCOUNTS = Shelf(name="service_accounts", holds=ServiceAccount)
API_KEYS = Shelf(name="project_api_keys", holds=ApiKey)
ADMIN_KEYS = Shelf(name="admin_api_keys", holds=AdminKey)
GROUPS = Shelf(name="groups", holds=Group)
GROUP_MEMBERS = Shelf(name="group_users", holds=GroupMember)
PROJECT_GROUPS = Shelf(name="project_groups", holds=ProjectGroup)
ROLES = Shelf(name="roles", holds=Role)
ASSIGNMENTS = Shelf(name="role_assignments", holds=Assignment)
AUDIT_ENTRIES = Shelf(name="audit_logs", holds=AuditEntry)
