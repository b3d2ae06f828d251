"""Finding what customers were told on the status page."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    is_published = sa.text("kind = 'CustomerUpdatePublished'")
    op.create_index(
        "ix_timeline_published",
        "timeline",
        ["workspace", "recorded_at"],
        sqlite_where=is_published,
        postgresql_where=is_published,
    )
