"""Who is away, and who decides for them. ``told`` says how far those concerned know: not yet, begun, over."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

absences = sa.Table(
    "absences",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    text("person_id"),
    sa.Column("person", sa.JSON, nullable=False),
    text("delegate_id"),
    sa.Column("delegate", sa.JSON, nullable=False),
    moment("since"),
    moment("until"),
    text("told"),
    text("workspace", server_default=""),
    sa.Index(None, "told", "until"),
)
