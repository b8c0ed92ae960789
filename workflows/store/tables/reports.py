"""Reports that were written once for somebody and a week or month, and since when there are any."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

reports = sa.Table(
    "reports",
    metadata,
    text("kind", primary_key=True),
    text("period", primary_key=True),
    text("subject", primary_key=True),
    moment("at"),
    sa.Column("content", sa.JSON, nullable=False),
)
