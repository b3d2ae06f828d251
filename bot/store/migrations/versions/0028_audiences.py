"""Audiences have clocks of their own: one event may set deadlines of several, and figures over many incidents need no
timeline."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    """The kind of a deadline names its audience, so it may be longer; an older replica goes on beside that."""
    told = "JSON: updates due and on time, of each with a clock of its own"
    op.add_column("incidents", sa.Column("audiences", sa.Text(), nullable=True, comment=told))
    with op.batch_alter_table("deadlines") as deadlines:
        deadlines.alter_column("kind", existing_type=sa.String(16), type_=sa.String(64), existing_nullable=False)
