"""The audit log, the two ends of its chain, and how far it was pushed elsewhere."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

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

audit_floor = sa.Table(
    "audit_floor",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("seq", sa.BigInteger, nullable=False),
    text("hash"),
)

audit_pushes = sa.Table(
    "audit_pushes",
    metadata,
    text("destination", primary_key=True),
    sa.Column("seq", sa.BigInteger, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    moment("due_at"),
    text("problem"),
)
