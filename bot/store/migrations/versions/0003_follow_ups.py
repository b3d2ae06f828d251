"""Finding the follow-ups that were agreed lately."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Only the timeline's few rows of this kind stand in the index."""
    op.create_index(
        "ix_timeline_follow_ups",
        "timeline",
        ["workspace", "recorded_at"],
        sqlite_where=sa.text("kind = 'FollowUpAgreed'"),
        postgresql_where=sa.text("kind = 'FollowUpAgreed'"),
    )
