"""Tokens of the API, by their digests."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "tokens",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=16), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("person", sa.String(length=32), nullable=True),
        sa.Column("integration", sa.Text(), nullable=True),
        sa.Column("kind", sa.String(length=64), nullable=True),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False, comment="machine time"),
        sa.Column("expires_at", INSTANT, nullable=True, comment="machine time"),
        sa.Column("revoked_at", INSTANT, nullable=True, comment="machine time"),
        sa.Column("last_used_at", INSTANT, nullable=True, comment="machine time, to the minute"),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_tokens")),
    )
