"""How often an effect was claimed, so that a lease which was lost lets nothing through."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    fence = sa.Column("fence", sa.Integer(), nullable=False, server_default="0", comment="how often it was claimed")
    op.add_column("outbox", fence)
