"""Questions of processes that have no admin key, and the sealed answers to them; each lives for seconds."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

questions = sa.Table(
    "questions",
    metadata,
    text("id", primary_key=True),
    sa.Column("asked", sa.JSON, nullable=False),
    text("answer_to"),
    moment("asked_at"),
    moment("taken_at", nullable=True),
    sa.Column("answer", sa.Text, nullable=True),
    sa.Index(None, "taken_at", "asked_at"),
)
