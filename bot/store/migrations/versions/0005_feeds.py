"""The last good copy of each calendar feed."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """One row for each schedule that comes from a feed."""
    op.create_table(
        "feeds",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("schedule", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("fetched_at", INSTANT, nullable=True, comment="machine time"),
        sa.Column("error", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "schedule", name=op.f("pk_feeds")),
    )
