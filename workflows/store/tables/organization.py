"""What was last seen of the OpenAI organisation, joined with our registry."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

projects = sa.Table(
    "projects",
    metadata,
    text("id", primary_key=True),
    text("name"),
    sa.Column("archived", sa.Boolean, nullable=False),
    moment("created_at", nullable=True),
    sa.Column("owners", sa.JSON, nullable=False),
    moment("owners_at", nullable=True),
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
    text("workspace", server_default=""),
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
