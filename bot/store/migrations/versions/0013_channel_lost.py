"""Why Muster cannot write in an incident's channel, for the pages that list incidents."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.add_column("incidents", sa.Column("channel_lost", sa.String(16), nullable=True))
