"""Error budgets: when users were affected, and what part of the service somebody said is degraded."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Incidents of before are measured anew, one by one, after the next start: `ix_incidents_unmeasured` finds them. An
    older replica goes on beside that; what it writes anew is measured after the start that follows."""
    spans = "JSON: when users were affected, from and to; no end while they are"
    op.add_column("incidents", sa.Column("impact", sa.Text(), nullable=True, comment=spans))
    last = "incident time, when the last of it ended; none while it lasts"
    op.add_column("incidents", sa.Column("impact_until", sa.DateTime(timezone=True), nullable=True, comment=last))
    stated = "in hundredths of a percent, where somebody said so"
    op.add_column("incidents", sa.Column("degraded", sa.Integer(), nullable=True, comment=stated))
    op.drop_index("ix_incidents_unmeasured", "incidents")
    for name, columns, where in (
        ("ix_incidents_unmeasured", ["workspace", "number"], "impact IS NULL"),
        ("ix_incidents_impact", ["workspace", "service", "impact_until"], "service IS NOT NULL"),
    ):
        op.create_index(name, "incidents", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
