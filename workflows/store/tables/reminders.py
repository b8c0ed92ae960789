"""How often somebody was reminded of what waits for them."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

reminders = sa.Table(
    "reminders",
    metadata,
    text("request_id", primary_key=True),
    sa.Column("stage", sa.Integer, primary_key=True, autoincrement=False),
    text("person_id", primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
    moment("at"),
)
