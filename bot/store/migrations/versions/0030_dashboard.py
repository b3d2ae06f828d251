"""What the dashboard counts: alerts, when people did something, and open follow-ups."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Incidents of before are measured anew, one by one, after the next start: `ix_incidents_unmeasured` finds them. An
    older replica goes on beside that; what it writes anew is measured after the start that follows."""
    op.add_column("incidents", sa.Column("alerts", sa.Integer(), nullable=True, comment="how many belong to it"))
    acts = "JSON: quarters of an hour, and how many people did something in each"
    op.add_column("incidents", sa.Column("acts", sa.Text(), nullable=True, comment=acts))
    agreed = "JSON: when each open one was agreed, and by when it is due"
    op.add_column("incidents", sa.Column("follow_ups", sa.Text(), nullable=True, comment=agreed))
    op.drop_index("ix_incidents_unmeasured", "incidents")
    for name, where in (
        ("ix_incidents_unmeasured", "alerts IS NULL"),
        ("ix_incidents_follow_ups", "follow_ups IS NOT NULL"),
    ):
        op.create_index(
            name, "incidents", ["workspace", "number"], sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
