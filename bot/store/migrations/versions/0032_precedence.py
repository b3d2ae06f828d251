"""What is urgent is told apart, so that it goes first; and replicas know of each other, to share what Slack allows."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """An older replica beside this one queues effects as what is neither urgent nor trimmings."""
    precedence = sa.Column(
        "precedence", sa.Integer(), nullable=False, server_default="25", comment="the lowest goes first"
    )
    op.add_column("outbox", precedence)
    op.create_table(
        "replicas",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("owner", sa.String(255), primary_key=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False, comment="machine time"),
        sa.Column("connections", sa.Integer(), comment="of the app, as Slack counted them when it last said so"),
    )
