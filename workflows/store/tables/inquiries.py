"""What approvers asked about a request, and what was answered."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

inquiries = sa.Table(
    "inquiries",
    metadata,
    text("request_id", primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("asker", sa.JSON, nullable=False),
    text("text"),
    moment("at"),
    text("answer"),
    moment("answered_at", nullable=True),
)
