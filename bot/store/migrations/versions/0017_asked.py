"""What each request asked for, as a digest: the same key with another request is told from one that is sent again."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Empty for what was answered before, and for doors whose requests have ids of their own."""
    op.add_column("inbox", sa.Column("asked", sa.LargeBinary(length=32), nullable=True))
