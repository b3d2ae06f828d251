"""Who acts may be an integration: it declares an incident, and it stands in the audit log with its kind and name."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing is given up: SQLite alone writes a table anew to let a column be empty."""
    with op.batch_alter_table("incidents") as incidents:
        incidents.alter_column("declared_by", existing_type=sa.String(32), nullable=True)
        incidents.add_column(sa.Column("declared_by_integration", sa.Text(), nullable=True))
    op.add_column("audit", sa.Column("actor_kind", sa.String(16), nullable=True))
    op.add_column("audit", sa.Column("actor_name", sa.Text(), nullable=True))
