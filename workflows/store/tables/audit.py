"""The audit log, and the end of its chain."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, text

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
