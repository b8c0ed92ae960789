"""The switch that stops everything: a row each time it was thrown; the last one without an end stands."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

freezes = sa.Table(
    "freezes",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("by", sa.JSON, nullable=False),
    text("reason"),
    moment("at"),
    moment("ended_at", nullable=True),
)
