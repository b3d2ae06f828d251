"""People can be erased: what was begun and has not ended, and messages that are not taken in anew."""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """The row of an erasure names nobody once it has ended."""
    op.create_table(
        "erasures",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("pseudonym", sa.String(32), primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False, comment="machine time"),
        sa.Column(
            "ended_at", sa.DateTime(timezone=True), comment="machine time; none until nothing is left in the files"
        ),
        sa.Column("person", sa.String(32), comment="while they still stand somewhere, as their names"),
        sa.Column("names", sa.Text, comment="JSON"),
        sa.Column("takes_words", sa.Boolean, nullable=False),
        sa.Column("found", sa.Text, nullable=False, comment="JSON: rows, by table"),
    )
    told = "machine time; what was taken out is not taken in again"
    op.add_column("transcript", sa.Column("redacted_at", sa.DateTime(timezone=True), nullable=True, comment=told))
