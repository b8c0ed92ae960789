"""What approved requests left standing, the keys they offer, and what is remembered to put things back."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

effects = sa.Table(
    "effects",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    text("request_id"),
    text("project_id"),
    text("subject"),
    sa.Column("value", sa.JSON, nullable=False),
    sa.Column("before", sa.JSON, nullable=False),
    sa.Column("base", sa.JSON, nullable=False),
    moment("at"),
    moment("ends_at", nullable=True),
    moment("ended_at", nullable=True),
    sa.UniqueConstraint("request_id", "subject"),
    sa.Index(None, "project_id", "subject"),
    sa.Index(None, "subject", "at"),
)

claims = sa.Table(
    "claims",
    metadata,
    text("request_id", primary_key=True),
    text("project_id"),
    text("requester_id"),
    text("state"),
    sa.Column("terms", sa.JSON, nullable=False),
    moment("opened_at"),
    moment("lapses_at"),
    sa.Column("offers", sa.Integer, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    moment("lease_until", nullable=True),
    text("key_id"),
    moment("claimed_at", nullable=True),
    moment("expires_at", nullable=True),
    moment("first_used_at", nullable=True),
    moment("retire_at", nullable=True),
    moment("reminded_at", nullable=True),
    moment("retired_at", nullable=True),
    moment("look_at", nullable=True),
    text("problem"),
    sa.Index(None, "state", "lapses_at"),
    sa.Index(None, "look_at"),
    sa.Index(None, "key_id"),
)

rate_limit_firsts = sa.Table(
    "rate_limit_firsts",
    metadata,
    text("project_id", primary_key=True),
    text("model", primary_key=True),
    sa.Column("requests_per_minute", sa.BigInteger, nullable=True),
    sa.Column("tokens_per_minute", sa.BigInteger, nullable=True),
    moment("seen_at"),
)

abilities = sa.Table(
    "abilities",
    metadata,
    text("name", primary_key=True),
    sa.Column("there", sa.Boolean, nullable=False),
    moment("seen_at"),
)
