"""What people write in reviews, who came and went, up to when channels were heard, and problems."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

PROBLEMS = "kind IN ('ProblemLinked', 'ProblemUnlinked', 'ProblemExplained', 'ProblemSolved')"
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "review_sections",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("incident", sa.Integer(), primary_key=True),
        sa.Column("section", sa.String(16), primary_key=True),
        sa.Column("revision", sa.Integer(), primary_key=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(32), nullable=False),
        sa.Column("at", INSTANT, nullable=False, comment="incident time"),
    )
    op.create_table(
        "comings",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("channel", sa.String(32), primary_key=True),
        sa.Column("user", sa.String(32), primary_key=True),
        sa.Column("at", INSTANT, primary_key=True, comment="incident time"),
        sa.Column("is_joining", sa.Boolean(), primary_key=True),
    )
    op.create_index(
        "ix_timeline_problems",
        "timeline",
        ["workspace", "recorded_at"],
        sqlite_where=sa.text(PROBLEMS),
        postgresql_where=sa.text(PROBLEMS),
    )
    op.add_column("incidents", sa.Column("problem", sa.Integer(), nullable=True))
    op.add_column("workspaces", sa.Column("heard_to", INSTANT, nullable=True, comment="incident time"))
    op.add_column("workspaces", sa.Column("link_key", sa.LargeBinary(32), nullable=True))
    op.add_column("transcript", sa.Column("deleted_text", sa.Text(), nullable=True))
