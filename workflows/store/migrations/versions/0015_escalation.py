"""How far the open stage of a request was passed on to others, and since when somebody is waited for."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.add_column("awaited", sa.Column("since", sa.DateTime(timezone=True), nullable=True))
    op.add_column("requests", sa.Column("escalation", sa.Integer(), server_default="0", nullable=False))
