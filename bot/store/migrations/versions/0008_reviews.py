"""What people write in reviews, who came and went, up to when channels were heard, and problem records."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

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
    op.create_table(
        "problems",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("workaround", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.String(32), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("solved_at", INSTANT, nullable=True, comment="incident time"),
    )
    op.create_table(
        "problem_incidents",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column("incident", sa.Integer(), primary_key=True),
        sa.Column("problem", sa.Integer(), nullable=False),
    )
    op.create_index("ix_problem_incidents_workspace", "problem_incidents", ["workspace", "problem"])
    op.add_column("workspaces", sa.Column("heard_to", INSTANT, nullable=True, comment="incident time"))
    op.add_column("workspaces", sa.Column("link_key", sa.LargeBinary(32), nullable=True))
    op.add_column("transcript", sa.Column("deleted_text", sa.Text(), nullable=True))
