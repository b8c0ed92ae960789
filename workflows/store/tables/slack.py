"""The tables of slack_sdk's own stores: where the app is installed, and installations that are under way.

Only slack_sdk reads and writes them. They stand here so that one set of migrations makes every table. Tokens are sealed
before they get here, and longer by that than slack_sdk's own columns would take.
"""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata


def _short(name: str, length: int = 32, *, nullable: bool = True) -> sa.Column[str]:
    return sa.Column(name, sa.String(length), nullable=nullable)


slack_bots = sa.Table(
    "slack_bots",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _short("client_id", nullable=False),
    _short("app_id", nullable=False),
    _short("enterprise_id"),
    _short("enterprise_name", 200),
    _short("team_id"),
    _short("team_name", 200),
    sa.Column("bot_token", sa.Text),
    _short("bot_id"),
    _short("bot_user_id"),
    _short("bot_scopes", 1000),
    sa.Column("bot_refresh_token", sa.Text),
    sa.Column("bot_token_expires_at", sa.DateTime),
    sa.Column("is_enterprise_install", sa.Boolean, nullable=False),
    sa.Column("installed_at", sa.DateTime, nullable=False),
    sa.Index("slack_bots_idx", "client_id", "enterprise_id", "team_id", "installed_at"),
)

slack_oauth_states = sa.Table(
    "slack_oauth_states",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    _short("state", 200, nullable=False),
    sa.Column("expire_at", sa.DateTime, nullable=False),
)
