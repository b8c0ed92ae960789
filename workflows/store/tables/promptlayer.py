"""What PromptLayer said of an alert's project, and the folder that it has for a project."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

alert_prompts = sa.Table(
    "alert_prompts",
    metadata,
    text("alert_id", primary_key=True),
    sa.Column("prompts", sa.JSON, nullable=False),
    moment("at"),
)

folders = sa.Table(
    "folders",
    metadata,
    text("project_id", primary_key=True),
    text("folder_id"),  # empty while there is none
    text("problem"),
    moment("at"),
)
