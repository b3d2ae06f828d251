"""The last good copy of each document of the service catalogue."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.create_table(
        "catalog",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("place", sa.Text, primary_key=True),
        sa.Column("content", sa.Text),
        sa.Column("etag", sa.Text),
        sa.Column("fetched_at", sa.DateTime(timezone=True), comment="machine time"),
        sa.Column("error", sa.Text),
    )
