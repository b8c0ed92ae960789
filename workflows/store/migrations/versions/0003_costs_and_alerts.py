"""What each day cost, and what people were warned of."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "costs",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("line_item", sa.Text(), nullable=False),
        sa.Column("nanos", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "project_id", "line_item", name=op.f("pk_costs")),
    )
    op.create_index(op.f("ix_costs_project_id_day"), "costs", ["project_id", "day"], unique=False)
    op.create_table(
        "cost_reads",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("settled", sa.Date(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cost_reads")),
    )
    op.create_table(
        "month_limits",
        sa.Column("project_id", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("limit", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("project_id", "period", name=op.f("pk_month_limits")),
    )
    op.create_index(op.f("ix_month_limits_period"), "month_limits", ["period"], unique=False)
    op.create_table(
        "marks",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("limit", sa.BigInteger(), nullable=True),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "subject", "period", "mark", name=op.f("pk_marks")),
    )
    op.create_index(op.f("ix_marks_period"), "marks", ["period"], unique=False)
    op.create_table(
        "alerts",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=True),
        sa.Column("spent", sa.BigInteger(), nullable=False),
        sa.Column("limit", sa.BigInteger(), nullable=True),
        sa.Column("limit_as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forecast", sa.JSON(), nullable=False),
        sa.Column("spike", sa.JSON(), nullable=False),
        sa.Column("driver", sa.JSON(), nullable=False),
        sa.Column("critical", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_by", sa.JSON(), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_alerts")),
        sa.UniqueConstraint("id", name=op.f("uq_alerts_id")),
        sa.UniqueConstraint(
            "scope", "subject", "period", "mark", "times", name=op.f("uq_alerts_scope_subject_period_mark_times")
        ),
    )
    op.create_index(op.f("ix_alerts_subject_at"), "alerts", ["subject", "at"], unique=False)
    op.create_index(op.f("ix_alerts_at"), "alerts", ["at"], unique=False)
