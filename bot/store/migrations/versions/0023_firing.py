"""Signals that fire are found by their keys."""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    firing = sa.text("state = 'firing'")
    op.create_index("ix_signals_firing", "signals", ["workspace", "key"], sqlite_where=firing, postgresql_where=firing)
