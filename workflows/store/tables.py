"""The tables, as SQLAlchemy Core; ``migrations/`` makes them and a test holds the two together."""

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Dialect


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """A moment in UTC: ``timestamptz`` on PostgreSQL, text that sorts by time on SQLite."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def text(name: str, **options: Any) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False, **options)


def moment(name: str, *, nullable: bool = False) -> sa.Column[datetime]:
    return sa.Column(name, UTCDateTime, nullable=nullable)


requests = sa.Table(
    "requests",
    metadata,
    text("id", primary_key=True),
    text("kind"),
    sa.Column("params", sa.JSON, nullable=False),
    text("state"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("stage", sa.Integer, nullable=False),
    text("requester_id"),
    sa.Column("requester", sa.JSON, nullable=False),
    sa.Column("ruling", sa.JSON, nullable=False),
    text("title"),
    sa.Column("changes", sa.JSON, nullable=False),
    sa.Column("risks", sa.JSON, nullable=False),
    text("project_id"),
    text("project_name"),
    text("channel"),
    text("origin", unique=True),
    sa.Column("receipt", sa.JSON, nullable=False),
    text("problem"),
    sa.Column("fallback_used", sa.Boolean, nullable=False),
    moment("created_at"),
    moment("updated_at"),
    moment("expires_at"),
    moment("due_at", nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    moment("lease_until", nullable=True),
    text("holder"),
    sa.Index(None, "state", "due_at"),
    sa.Index(None, "state", "expires_at"),
    sa.Index(None, "requester_id", "created_at"),
    sa.Index(None, "project_id"),
)

decisions = sa.Table(
    "decisions",
    metadata,
    text("request_id", primary_key=True),
    sa.Column("stage", sa.Integer, primary_key=True),
    text("approver_id", primary_key=True),
    sa.Column("approver", sa.JSON, nullable=False),
    text("verdict"),
    text("note"),
    moment("at"),
)

awaited = sa.Table(
    "awaited",
    metadata,
    text("request_id", primary_key=True),
    sa.Column("stage", sa.Integer, primary_key=True),
    text("person_id", primary_key=True),
    sa.Column("person", sa.JSON, nullable=False),
    sa.Index(None, "person_id"),
)

steps = sa.Table(
    "steps",
    metadata,
    text("request_id", primary_key=True),
    text("name", primary_key=True),
    sa.Column("position", sa.Integer, nullable=False),
    text("says"),
    text("state"),
    moment("intended_at"),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("receipt", sa.JSON, nullable=False),
    text("problem"),
)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    text("topic"),
    text("request_id"),
    text("role"),
    sa.Column("payload", sa.JSON, nullable=False),
    moment("created_at"),
    moment("due_at"),
    moment("lease_until", nullable=True),
    moment("settled_at", nullable=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("in_flight", sa.Boolean, nullable=False),
    text("problem"),
    sa.UniqueConstraint("topic", "request_id", "role"),
    sa.Index(None, "settled_at", "due_at"),
    sa.Index(None, "request_id", "settled_at"),
)

posted = sa.Table(
    "posted",
    metadata,
    text("request_id", primary_key=True),
    text("role", primary_key=True),
    text("channel"),
    text("ts"),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Index(None, "channel", "ts"),
)

audit_entries = sa.Table(
    "audit_entries",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False),
    text("at"),
    text("action"),
    text("actor_type"),
    text("actor_id"),
    text("actor_email"),
    text("request_id"),
    text("kind"),
    text("project_id"),
    text("data"),
    text("prev_hash"),
    text("hash"),
    sa.Index(None, "request_id"),
    sa.Index(None, "at"),
)

audit_head = sa.Table(
    "audit_head",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    text("hash"),
)

projects = sa.Table(
    "projects",
    metadata,
    text("id", primary_key=True),
    text("name"),
    sa.Column("archived", sa.Boolean, nullable=False),
    moment("created_at", nullable=True),
    sa.Column("owners", sa.JSON, nullable=False),
    sa.Column("limit", sa.BigInteger, nullable=True),
    moment("seen_at", nullable=True),
    sa.Column("spent", sa.BigInteger, nullable=False),
    moment("spent_at", nullable=True),
    text("environment"),
    text("purpose"),
    text("cost_centre"),
    text("channel"),
    text("ends_on"),
    text("request_id"),
    sa.Index(None, "name"),
)

users = sa.Table(
    "users",
    metadata,
    text("id", primary_key=True),
    text("email"),
    text("name"),
    text("role"),
    sa.Index(None, "email"),
)

models = sa.Table("models", metadata, text("id", primary_key=True))

deliveries = sa.Table("deliveries", metadata, text("key", primary_key=True), moment("at"), sa.Index(None, "at"))

leases = sa.Table("leases", metadata, text("name", primary_key=True), text("holder"), moment("until"))
