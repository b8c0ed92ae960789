"""What a card says of its project's other requests is found without reading all that was ever asked there."""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_index(op.f("ix_requests_project_id_created_at"), "requests", ["project_id", "created_at"])
    op.create_index(op.f("ix_requests_project_id_state"), "requests", ["project_id", "state"])
