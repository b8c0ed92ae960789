"""Requests, who decided them, who was waited for, and the journal of what was carried out."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

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
    moment("granted_at", nullable=True),
    moment("ends_at", nullable=True),
    text("extends", server_default=""),
    sa.Column("escalation", sa.Integer, nullable=False, server_default="0"),
    sa.Column("revision", sa.Integer, nullable=False, server_default="0"),
    text("workspace", server_default=""),
    sa.Index(None, "state", "due_at"),
    sa.Index(None, "state", "ends_at"),
    sa.Index(None, "state", "expires_at"),
    sa.Index(None, "requester_id", "created_at"),
    sa.Index(None, "project_id"),
    sa.Index(None, "project_id", "created_at"),
    sa.Index(None, "project_id", "state"),
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
    sa.Column("on_behalf", sa.JSON, nullable=True),
)

awaited = sa.Table(
    "awaited",
    metadata,
    text("request_id", primary_key=True),
    sa.Column("stage", sa.Integer, primary_key=True),
    text("person_id", primary_key=True),
    sa.Column("person", sa.JSON, nullable=False),
    sa.Column("on_behalf", sa.JSON, nullable=True),
    moment("since", nullable=True),
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
