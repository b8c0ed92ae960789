"""Who is away, and who decides for them."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.create_table(
        "absences",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("person", sa.JSON(), nullable=False),
        sa.Column("delegate_id", sa.Text(), nullable=False),
        sa.Column("delegate", sa.JSON(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_told_until"), "absences", ["told", "until"])
    op.add_column("decisions", sa.Column("on_behalf", sa.JSON(), nullable=True))
    op.add_column("awaited", sa.Column("on_behalf", sa.JSON(), nullable=True))
