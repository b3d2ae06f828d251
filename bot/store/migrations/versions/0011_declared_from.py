"""The message that an incident was declared from, so that what was copied from it can follow it."""

import json
import re

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

ADDRESS = re.compile(r".*/archives/([A-Z0-9]+)/p(\d+)(\d{6})(?:\?.*)?")
TIMELINE = sa.table("timeline", *(sa.column(name) for name in ("workspace", "incident", "kind", "body")))
INCIDENTS = sa.table("incidents", *(sa.column(name) for name in ("workspace", "number", "declared_from")))


def upgrade() -> None:
    op.add_column("incidents", sa.Column("declared_from", sa.String(64), nullable=True))
    op.create_index(
        "ix_incidents_declared_from",
        "incidents",
        ["workspace", "declared_from"],
        sqlite_where=sa.text("declared_from IS NOT NULL"),
        postgresql_where=sa.text("declared_from IS NOT NULL"),
    )
    connection, t, i = op.get_bind(), TIMELINE.c, INCIDENTS.c
    declared = sa.select(t.workspace, t.incident, t.body).where(
        t.kind == "IncidentDeclared", t.body.like('%"permalink"%')
    )
    for workspace, number, body in connection.execute(declared).all():
        if found := ADDRESS.fullmatch((json.loads(body).get("evidence") or {}).get("permalink") or ""):
            source = f"{found[1]}/{found[2]}.{found[3]}"
            connection.execute(
                sa.update(INCIDENTS).where(i.workspace == workspace, i.number == number).values(declared_from=source)
            )
