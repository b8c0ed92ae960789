"""What each day cost, as of when it was read, and what people were warned of."""

import sqlalchemy as sa

from workflows.store.tables.columns import metadata, moment, text

costs = sa.Table(
    "costs",
    metadata,
    sa.Column("day", sa.Date, primary_key=True),
    text("project_id", primary_key=True),
    text("line_item", primary_key=True),
    sa.Column("nanos", sa.BigInteger, nullable=False),
    sa.Index(None, "project_id", "day"),
)

cost_reads = sa.Table(
    "cost_reads",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("settled", sa.Date, nullable=False),
    moment("read_at"),
    text("problem"),
)

month_limits = sa.Table(
    "month_limits",
    metadata,
    text("project_id", primary_key=True),
    text("period", primary_key=True),
    sa.Column("limit", sa.BigInteger, nullable=True),
    sa.Index(None, "period"),
)

marks = sa.Table(
    "marks",
    metadata,
    text("scope", primary_key=True),
    text("subject", primary_key=True),
    text("period", primary_key=True),
    text("mark", primary_key=True),
    sa.Column("limit", sa.BigInteger, nullable=True),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Index(None, "period"),
)

alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    text("id", unique=True),
    text("scope"),
    text("subject"),
    text("name"),
    text("period"),
    text("kind"),
    text("mark"),
    sa.Column("times", sa.Integer, nullable=False),
    sa.Column("threshold", sa.BigInteger, nullable=False),
    sa.Column("percent", sa.Integer, nullable=True),
    sa.Column("spent", sa.BigInteger, nullable=False),
    sa.Column("limit", sa.BigInteger, nullable=True),
    moment("limit_as_of", nullable=True),
    sa.Column("forecast", sa.JSON, nullable=False),
    sa.Column("spike", sa.JSON, nullable=False),
    sa.Column("driver", sa.JSON, nullable=False),
    sa.Column("critical", sa.Boolean, nullable=False),
    moment("at"),
    moment("as_of"),
    sa.Column("acknowledged_by", sa.JSON, nullable=False),
    moment("acknowledged_at", nullable=True),
    sa.UniqueConstraint("scope", "subject", "period", "mark", "times"),
    sa.Index(None, "subject", "at"),
    sa.Index(None, "at"),
)

pictures = sa.Table("pictures", metadata, text("alert_id", primary_key=True), text("file"), text("alt"), moment("at"))
