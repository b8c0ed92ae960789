"""Reviews of what was carried out before it was decided, and what those who were skipped said."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

reviews = sa.Table(
    "reviews",
    metadata,
    text("request_id", primary_key=True),
    text("why"),
    sa.Column("skipped", sa.JSON, nullable=False),
    sa.Column("needed", sa.Integer, nullable=False),
    moment("opened_at"),
    moment("closed_at", nullable=True),
    sa.Index(None, "closed_at"),
)

findings = sa.Table(
    "findings",
    metadata,
    text("request_id", primary_key=True),
    text("person_id", primary_key=True),
    sa.Column("person", sa.JSON, nullable=False),
    sa.Column("right", sa.Boolean, nullable=False),
    text("note"),
    moment("at"),
)
