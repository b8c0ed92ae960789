"""What rules approved by themselves, and when that was too much."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

auto_approvals = sa.Table(
    "auto_approvals",
    metadata,
    text("request_id", primary_key=True),
    text("rule"),
    text("project_id"),
    sa.Column("cents", sa.BigInteger, nullable=False),
    sa.Column("counts", sa.Boolean, nullable=False),
    moment("at"),
    text("workspace", server_default=""),
    sa.Index(None, "rule", "project_id", "at"),
    sa.Index(None, "at"),
)

breakers = sa.Table(
    "breakers",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    moment("at"),
    moment("until"),
    text("workspace", server_default=""),
)
