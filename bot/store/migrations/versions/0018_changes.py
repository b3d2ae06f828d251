"""What was deployed, for the timelines of incidents of the same service."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "changes",
        sa.Column("id", ID, primary_key=True, autoincrement=True),
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("service", sa.Text, nullable=False),
        sa.Column("at", INSTANT, nullable=False, comment="as its sender says"),
        sa.Column("is_told", sa.Boolean, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_changes_service", "changes", ["workspace", "service", "at"])
    op.create_index(
        "ix_changes_waiting",
        "changes",
        ["workspace", "id"],
        sqlite_where=sa.text("is_told = 0"),
        postgresql_where=sa.text("NOT is_told"),
    )
