"""Private incidents that may be listed elsewhere."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """No private incident was listed before."""
    op.add_column("incidents", sa.Column("is_listed", sa.Boolean(), nullable=False, server_default=sa.false()))
