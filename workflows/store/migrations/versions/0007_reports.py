"""Reports that were written once for somebody and a week or month, and when a project's owners were asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "period", "subject", name=op.f("pk_reports")),
    )
    op.add_column("projects", sa.Column("owners_at", sa.DateTime(timezone=True), nullable=True))
