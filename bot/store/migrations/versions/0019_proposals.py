"""What programs propose, until people have answered."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("handle", sa.String(32), nullable=False),
        sa.Column("asked", sa.String(64), nullable=False, comment="a digest of what is proposed for whom"),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("incident", sa.Integer),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_proposals_handle", "proposals", ["workspace", "handle"], unique=True)
    op.create_index("ix_proposals_asked", "proposals", ["workspace", "asked", "number"])
    op.create_index("ix_proposals_ends", "proposals", ["workspace", "ends_at"])
    waiting = sa.text("state = 'waiting'")
    op.create_index(
        "ix_proposals_waiting",
        "proposals",
        ["workspace", "ends_at"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
