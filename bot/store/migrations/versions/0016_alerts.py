"""Alerts: what monitoring sends, kept until it is worked off, and what people are asked about."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "alert_deliveries",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("received_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("signals", sa.Text, nullable=False),
        sa.Column("error", sa.Text, comment="why it could not be worked off; none while it waits"),
    )
    _index("ix_alert_deliveries_waiting", "alert_deliveries", ["workspace", "id"], "error IS NULL")
    op.create_table(
        "alerts",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("incident", sa.Integer),
        sa.Column("last_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("settles_at", INSTANT, comment="incident time"),
        sa.Column("declaring_since", INSTANT, comment="incident time"),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_alerts_key", "alerts", ["workspace", "key", "number"])
    op.create_index("ix_alerts_last", "alerts", ["workspace", "last_at"])
    _index("ix_alerts_incident", "alerts", ["workspace", "incident"], "incident IS NOT NULL")
    _index("ix_alerts_settling", "alerts", ["workspace", "settles_at"], "settles_at IS NOT NULL")
    _index("ix_alerts_declared", "alerts", ["workspace", "declaring_since"], "declaring_since IS NOT NULL")
    op.create_table(
        "signals",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("alert", sa.Integer, primary_key=True),
        sa.Column("key", sa.String(64), primary_key=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("started_at", INSTANT, comment="as its sender says"),
        sa.Column("ended_at", INSTANT, comment="as its sender says"),
    )
    op.create_table(
        "alert_sources",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("source", sa.String(32), primary_key=True),
        sa.Column("heard_at", INSTANT, nullable=False, comment="incident time"),
    )


def _index(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, sqlite_where=condition, postgresql_where=condition)
