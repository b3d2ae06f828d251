"""Finding when an action was run last."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    is_run = sa.text("kind = 'RunApproved'")
    op.create_index(
        "ix_timeline_runs", "timeline", ["workspace", "recorded_at"], sqlite_where=is_run, postgresql_where=is_run
    )
