"""Finding what trackers said of follow-ups, and which issues they have."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """The index of follow-ups takes in what trackers say of them."""
    kinds = "'FollowUpAgreed', 'FollowUpChanged', 'FollowUpEnded', 'IssueChanged', 'IssueFiled', 'IssueLost'"
    are_of_follow_ups = sa.text(f"kind IN ({kinds})")
    op.drop_index("ix_timeline_follow_ups", "timeline")
    op.create_index(
        "ix_timeline_follow_ups",
        "timeline",
        ["workspace", "recorded_at"],
        sqlite_where=are_of_follow_ups,
        postgresql_where=are_of_follow_ups,
    )
