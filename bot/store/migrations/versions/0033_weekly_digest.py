"""Which week was told of last, so that each is told of once."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """An older replica beside this one tells of no week."""
    told = sa.Column("digest_of", sa.Date(), nullable=True, comment="the last day that a weekly digest told of")
    op.add_column("workspaces", told)
