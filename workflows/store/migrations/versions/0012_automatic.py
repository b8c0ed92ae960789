"""What rules approved by themselves, and when that was too much."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "auto_approvals",
        sa.Column("request_id", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("request_id", name=op.f("pk_auto_approvals")),
    )
    op.create_index(op.f("ix_auto_approvals_at"), "auto_approvals", ["at"])
    op.create_index(op.f("ix_auto_approvals_rule_project_id_at"), "auto_approvals", ["rule", "project_id", "at"])
    op.create_table(
        "breakers",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_breakers")),
    )
