"""Webhooks that were made by the API."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("id", sa.String(16), primary_key=True),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False, comment="machine time"),
        sa.Column("body", sa.Text, nullable=False),
        sa.UniqueConstraint("workspace", "name", name="uq_subscriptions_workspace_name"),
    )
