"""What came of each runbook in an incident, so that figures over many need no timeline."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Rows of before tell nothing of runbooks; `muster rebuild` has them tell it."""
    op.add_column("incidents", sa.Column("runbooks", sa.Text(), nullable=True, comment="JSON: what came of each"))
