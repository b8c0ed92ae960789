"""Which policy holds, as far as the audit log has it."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

policies = sa.Table(
    "policies",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    text("digest"),
    text("problem"),
    sa.Column("text", sa.Text, nullable=False, server_default=""),
    moment("at"),
)
