"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

INSTANT = sa.DateTime(timezone=True)
ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Everything that the first release stores."""
    op.create_table(
        "deadlines",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("set_by", sa.Integer(), nullable=False),
        sa.Column("due_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("promised_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("done_at", INSTANT, nullable=True, comment="incident time"),
        sa.Column("cancelled_at", INSTANT, nullable=True, comment="incident time"),
        sa.Column("lease_until", INSTANT, nullable=True, comment="machine time"),
        sa.Column("owner", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "incident", "kind", "step", "set_by", name=op.f("pk_deadlines")),
    )
    op.create_index(
        "ix_deadlines_open",
        "deadlines",
        ["workspace", "due_at"],
        unique=False,
        sqlite_where=sa.text("done_at IS NULL AND cancelled_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND cancelled_at IS NULL"),
    )
    op.create_table(
        "groups",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("handle", sa.Text(), nullable=False),
        sa.Column("users", sa.JSON(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False, comment="machine time"),
        sa.PrimaryKeyConstraint("workspace", "id", name=op.f("pk_groups")),
    )
    op.create_table(
        "inbox",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("sender_id", sa.String(length=255), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("first_seq", sa.Integer(), nullable=True),
        sa.Column("last_seq", sa.Integer(), nullable=True),
        sa.Column("seen_at", INSTANT, nullable=False, comment="machine time"),
        sa.PrimaryKeyConstraint("workspace", "sender_id", name=op.f("pk_inbox")),
    )
    op.create_index(op.f("ix_inbox_seen_at"), "inbox", ["seen_at"], unique=False)
    op.create_table(
        "incidents",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("priority", sa.String(length=2), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("is_private", sa.Boolean(), nullable=False),
        sa.Column("is_drill", sa.Boolean(), nullable=False),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("declared_by", sa.String(length=32), nullable=False),
        sa.Column("declared_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("commander", sa.String(length=32), nullable=True),
        sa.Column("asked", sa.String(length=32), nullable=True),
        sa.Column("channel", sa.String(length=32), nullable=True),
        sa.Column("channel_name", sa.String(length=80), nullable=True),
        sa.Column("update_due_at", INSTANT, nullable=True, comment="incident time"),
        sa.Column("last_update_at", INSTANT, nullable=True, comment="incident time"),
        sa.Column("over_at", INSTANT, nullable=True, comment="incident time"),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "number", name=op.f("pk_incidents")),
    )
    op.create_index(
        "ix_incidents_open",
        "incidents",
        ["workspace", "number"],
        unique=False,
        sqlite_where=sa.text("is_over = 0"),
        postgresql_where=sa.text("NOT is_over"),
    )
    op.create_index(op.f("ix_incidents_workspace_channel"), "incidents", ["workspace", "channel"], unique=True)
    op.create_table(
        "members",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("joined_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("left_at", INSTANT, nullable=True, comment="incident time"),
        sa.PrimaryKeyConstraint("workspace", "channel", "user", name=op.f("pk_members")),
    )
    op.create_index(op.f("ix_members_workspace_user"), "members", ["workspace", "user"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", ID, autoincrement=True, nullable=False),
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=True),
        sa.Column("seq", sa.Integer(), nullable=True, comment="the event that caused it"),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("destination", sa.String(length=255), nullable=False),
        sa.Column("lane", sa.String(length=255), nullable=False),
        sa.Column("key", sa.String(length=255), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("is_refresh", sa.Boolean(), nullable=False),
        sa.Column("needs_channel", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("is_unknown", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("queued_at", INSTANT, nullable=False, comment="machine time"),
        sa.Column("first_called_at", INSTANT, nullable=True, comment="machine time"),
        sa.Column("called_at", INSTANT, nullable=True, comment="machine time"),
        sa.Column("not_before", INSTANT, nullable=True, comment="machine time"),
        sa.Column("lease_until", INSTANT, nullable=True, comment="machine time"),
        sa.Column("owner", sa.String(length=255), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column(
            "ended_at",
            INSTANT,
            nullable=True,
            comment="machine time; none while the effect is pending or in flight",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    op.create_index(
        "ix_outbox_unfinished",
        "outbox",
        ["workspace", "lane", "id"],
        unique=False,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_index(op.f("ix_outbox_state_workspace"), "outbox", ["state", "workspace"], unique=False)
    op.create_index(
        "uq_outbox_announcement",
        "outbox",
        ["workspace", "incident", "seq", "kind", "destination"],
        unique=True,
        sqlite_where=sa.text("NOT is_refresh"),
        postgresql_where=sa.text("NOT is_refresh"),
    )
    op.create_index(
        "uq_outbox_refresh",
        "outbox",
        ["workspace", "key"],
        unique=True,
        sqlite_where=sa.text("is_refresh AND state = 'pending'"),
        postgresql_where=sa.text("is_refresh AND state = 'pending'"),
    )
    op.create_table(
        "people",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("user", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("tz", sa.String(length=64), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.Column("is_guest", sa.Boolean(), nullable=False),
        sa.Column("is_deactivated", sa.Boolean(), nullable=False),
        sa.Column("is_confirmed", sa.Boolean(), nullable=False),
        sa.Column("fetched_at", INSTANT, nullable=False, comment="incident time"),
        sa.PrimaryKeyConstraint("workspace", "user", name=op.f("pk_people")),
    )
    op.create_table(
        "timeline",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("incident", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=64), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("occurred_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("recorded_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("by", sa.String(length=32), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(length=16), nullable=False),
        sa.Column("digest", sa.LargeBinary(length=32), nullable=False),
        sa.Column("dedup", sa.String(length=255), nullable=True),
        sa.PrimaryKeyConstraint("workspace", "incident", "seq", name=op.f("pk_timeline")),
        sa.UniqueConstraint("workspace", "dedup", name=op.f("uq_timeline_workspace_dedup")),
    )
    op.create_table(
        "transcript",
        sa.Column("workspace", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=32), nullable=False),
        sa.Column("ts", sa.String(length=32), nullable=False),
        sa.Column("thread_ts", sa.String(length=32), nullable=True),
        sa.Column("author", sa.String(length=32), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("posted_at", INSTANT, nullable=False, comment="incident time"),
        sa.Column("edited_at", INSTANT, nullable=True, comment="incident time"),
        sa.Column("deleted_at", INSTANT, nullable=True, comment="incident time"),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("reactions", sa.JSON(), nullable=False),
        sa.Column("is_bot", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("workspace", "channel", "ts", name=op.f("pk_transcript")),
    )
    op.create_table(
        "workspaces",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("bot_user", sa.String(length=32), nullable=True),
        sa.Column("last_number", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workspaces")),
    )
