"""What is measured of an incident, so that figures over many need no timeline."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

INSTANT = sa.DateTime(timezone=True)
TIMES = ("acknowledged_at", "first_update_at", "mitigated_at", "resolved_at")
COUNTS = ("updates_due", "updates_on_time", "times_reopened")
ANSWERS = ("was_escalated", "kept_acknowledge", "kept_update_first", "kept_mitigate", "kept_resolve")


def upgrade() -> None:
    """Rows of before have no measures: they are projected again from their timelines when the bot starts."""
    for name in TIMES:
        op.add_column("incidents", sa.Column(name, INSTANT, nullable=True, comment="incident time"))
    for name in COUNTS:
        op.add_column("incidents", sa.Column(name, sa.Integer(), nullable=True))
    for name in ANSWERS:
        op.add_column("incidents", sa.Column(name, sa.Boolean(), nullable=True))
    op.create_index("ix_incidents_declared", "incidents", ["workspace", "declared_at"])
    op.create_index(
        "ix_incidents_unmeasured",
        "incidents",
        ["workspace", "number"],
        sqlite_where=sa.text("updates_due IS NULL"),
        postgresql_where=sa.text("updates_due IS NULL"),
    )
