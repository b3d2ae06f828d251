"""The name that a bot showed with a message, and the names of channels that messages mention."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("transcript", sa.Column("shown_as", sa.Text(), nullable=True))
    op.create_table(
        "channel_names",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("name", sa.Text(), nullable=False),
    )
