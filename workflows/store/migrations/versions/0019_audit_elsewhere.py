"""Where the audit log begins once its oldest part was archived, how far it was pushed, and the policy that holds."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.add_column("policies", sa.Column("text", sa.Text(), server_default="", nullable=False))
    op.create_table(
        "audit_floor",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_floor")),
    )
    op.create_table(
        "audit_pushes",
        sa.Column("destination", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("destination", name=op.f("pk_audit_pushes")),
    )
