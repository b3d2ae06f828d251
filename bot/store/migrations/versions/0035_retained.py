"""Records are kept for as long as the policy says: what went of each, and up to when it was written."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Nothing is taken out here."""
    op.create_table(
        "retained",
        sa.Column("workspace", sa.String(32), primary_key=True),
        sa.Column(
            "incident", sa.Integer, primary_key=True, comment="0: when it was first looked for what is kept too long"
        ),
        sa.Column("kinds", sa.Text, nullable=False, comment="JSON: the classes of data that went"),
        sa.Column(
            "up_to",
            sa.DateTime(timezone=True),
            nullable=False,
            comment="incident time; what was written later is left",
        ),
        sa.Column("up_to_ts", sa.String(32), nullable=False, comment="the same as Slack's ts"),
        sa.Column("up_to_seq", sa.Integer, nullable=False),
        sa.Column("under_way", sa.Text, comment="JSON: what was done of it and no entry tells of yet"),
        sa.Column("is_scrubbed", sa.Boolean, nullable=False, comment="whether nothing is left in the files either"),
    )
