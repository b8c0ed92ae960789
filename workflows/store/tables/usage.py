"""What was used in the hours that are not booked yet, and as of when that was read."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

usage_hours = sa.Table(
    "usage_hours",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    sa.Column("hour", sa.Integer, primary_key=True, autoincrement=False),
    text("project_id", primary_key=True),
    sa.Column("nanos", sa.BigInteger, nullable=False),
    text("unpriced"),
)

usage_reads = sa.Table(
    "usage_reads",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    moment("read_at"),
    sa.Column("prices_of", sa.Date, nullable=False),
)
