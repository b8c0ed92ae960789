"""What people must be told, where it stands, and what is remembered against doing it twice."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

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
    text("workspace", server_default=""),
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

deliveries = sa.Table("deliveries", metadata, text("key", primary_key=True), moment("at"), sa.Index(None, "at"))

leases = sa.Table("leases", metadata, text("name", primary_key=True), text("holder"), moment("until"))
