"""A chain over timelines and audit log: its links, how far it goes, and its heads."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """The links of what is there already are made by the next bot that runs, some minutes after its start."""
    op.create_table(
        "chain_links",
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False, comment="the incident whose timeline it is; 0: the audit log"),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False, comment="the event's seq, or the entry's id"),
        sa.Column("salt", sa.LargeBinary(16), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("link", sa.LargeBinary(32), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "book", "position", name="pk_chain_links"),
    )
    op.create_index("ix_chain_links_workspace_book_row", "chain_links", ["workspace", "book", "row"])
    op.create_table(
        "chain_ends",
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("book", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("row", sa.BigInteger(), nullable=False),
        sa.Column("link", sa.LargeBinary(32), nullable=False),
        sa.Column("headed", sa.Integer(), nullable=False, server_default="0", comment="as far as the heads know of it"),
        sa.PrimaryKeyConstraint("workspace", "book", name="pk_chain_ends"),
    )
    op.create_table(
        "chain_heads",
        sa.Column("workspace", sa.String(32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(32), nullable=False),
        sa.Column("signature", sa.LargeBinary(64), nullable=True),
        sa.Column("stamp", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "number", name="pk_chain_heads"),
    )
