"""Less than was asked for, offered by approvers, and what became of it."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

offers = sa.Table(
    "offers",
    metadata,
    text("request_id", primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("approver", sa.JSON, nullable=False),
    sa.Column("on_behalf", sa.JSON, nullable=True),
    sa.Column("stage", sa.Integer, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("params", sa.JSON, nullable=False),
    text("title"),
    sa.Column("changes", sa.JSON, nullable=False),
    text("note"),
    moment("at"),
    text("answer"),
    moment("answered_at", nullable=True),
)
