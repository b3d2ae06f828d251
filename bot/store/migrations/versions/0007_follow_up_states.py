"""Finding what became of follow-ups: their later events stand in the index too."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

KINDS = "kind IN ('FollowUpAgreed', 'FollowUpChanged', 'FollowUpEnded')"


def upgrade() -> None:
    """The index of before held the first kind alone."""
    op.drop_index("ix_timeline_follow_ups", table_name="timeline")
    op.create_index(
        "ix_timeline_follow_ups",
        "timeline",
        ["workspace", "recorded_at"],
        sqlite_where=sa.text(KINDS),
        postgresql_where=sa.text(KINDS),
    )
