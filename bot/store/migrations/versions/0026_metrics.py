"""What metrics ask besides: which incidents of a period are private, and the first of each problem."""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.create_index(
        "ix_incidents_private",
        "incidents",
        ["workspace", "declared_at"],
        sqlite_where=sa.text("is_private = 1"),
        postgresql_where=sa.text("is_private"),
    )
    is_linked = sa.text("problem IS NOT NULL")
    op.create_index(
        "ix_incidents_problem",
        "incidents",
        ["workspace", "problem", "number"],
        sqlite_where=is_linked,
        postgresql_where=is_linked,
    )
