"""The tables. Each column of time says which clock it holds: incident time, or machine time.

No foreign key cascades into `timeline` or `transcript`: what happened is never deleted by accident.
"""

from datetime import UTC, datetime

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.engine import Dialect

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored in UTC; both engines give it back aware."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant without a time zone cannot be stored")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Id = BigInteger().with_variant(Integer, "sqlite")
"""SQLite counts up by itself only in a column of type INTEGER."""


def _partial(where: str, name: str | None, *columns: str, unique: bool = False) -> Index:
    """An index of the rows of which `where` holds, in SQLite's words. What PostgreSQL has stands in the migrations
    alone: to name it here loads its dialect, and most have SQLite."""
    return Index(name, *columns, unique=unique, sqlite_where=text(where))


workspaces = Table(
    "workspaces",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("url", Text),
    Column("bot_user", String(32)),
    Column("last_number", Integer, nullable=False, server_default="0"),
    Column("heard_to", Instant, comment="incident time"),
    Column("link_key", LargeBinary(32)),
    Column("digest_of", Date, comment="the last day that a weekly digest told of"),
)

RUNS = "kind = 'RunApproved'"
FOLLOW_UPS = "kind IN ('FollowUpAgreed', 'FollowUpChanged', 'FollowUpEnded', 'IssueChanged', 'IssueFiled', 'IssueLost')"
"""The events that tell of follow-ups, as the index and the question for them spell it."""

PUBLISHED = "kind = 'CustomerUpdatePublished'"
"""The events that tell what stands on the status page."""

PROBLEMS = "kind IN ('ProblemLinked', 'ProblemUnlinked', 'ProblemExplained', 'ProblemSolved')"
"""The events that tell of problems."""

timeline = Table(
    "timeline",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("incident", Integer, primary_key=True),
    Column("seq", Integer, primary_key=True),
    Column("kind", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("occurred_at", Instant, nullable=False, comment="incident time"),
    Column("recorded_at", Instant, nullable=False, comment="incident time"),
    Column("by", String(32)),
    Column("body", Text, nullable=False),
    Column("salt", LargeBinary(16), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("dedup", String(255)),
    UniqueConstraint("workspace", "dedup"),
    _partial(FOLLOW_UPS, "ix_timeline_follow_ups", "workspace", "recorded_at"),
    _partial(PROBLEMS, "ix_timeline_problems", "workspace", "recorded_at"),
    _partial(PUBLISHED, "ix_timeline_published", "workspace", "recorded_at"),
    _partial(RUNS, "ix_timeline_runs", "workspace", "recorded_at"),
)

transcript = Table(
    "transcript",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("ts", String(32), primary_key=True),
    Column("thread_ts", String(32)),
    Column("author", String(32)),
    Column("text", Text, nullable=False),
    Column("posted_at", Instant, nullable=False, comment="incident time"),
    Column("edited_at", Instant, comment="incident time"),
    Column("deleted_at", Instant, comment="incident time"),
    Column("files", JSON, nullable=False),
    Column("reactions", JSON, nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("deleted_text", Text),
    Column("shown_as", Text),
    Column("redacted_at", Instant, comment="machine time; what was taken out is not taken in again"),
)

comings = Table(
    "comings",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("user", String(32), primary_key=True),
    Column("at", Instant, primary_key=True, comment="incident time"),
    Column("is_joining", Boolean, primary_key=True),
)

members = Table(
    "members",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("user", String(32), primary_key=True),
    Column("joined_at", Instant, nullable=False, comment="incident time"),
    Column("left_at", Instant, comment="incident time"),
    Index(None, "workspace", "user"),
)

people = Table(
    "people",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("user", String(32), primary_key=True),
    Column("name", Text, nullable=False),
    Column("tz", String(64), nullable=False),
    Column("is_bot", Boolean, nullable=False),
    Column("is_guest", Boolean, nullable=False),
    Column("is_deactivated", Boolean, nullable=False),
    Column("is_confirmed", Boolean, nullable=False),
    Column("full_name", Text),
    Column("fetched_at", Instant, nullable=False, comment="incident time"),
)

groups = Table(
    "groups",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("id", String(32), primary_key=True),
    Column("handle", Text, nullable=False),
    Column("users", JSON, nullable=False),
    Column("fetched_at", Instant, nullable=False, comment="machine time"),
)

channel_names = Table(
    "channel_names",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("channel", String(32), primary_key=True),
    Column("name", Text, nullable=False),
)

incidents = Table(
    "incidents",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("title", Text, nullable=False),
    Column("status", String(16), nullable=False),
    Column("priority", String(2), nullable=False),
    Column("service", Text),
    Column("category", Text),
    Column("is_private", Boolean, nullable=False),
    Column("is_listed", Boolean, nullable=False, server_default=false()),
    Column("is_drill", Boolean, nullable=False),
    Column("is_over", Boolean, nullable=False),
    Column("declared_by", String(32)),
    Column("declared_at", Instant, nullable=False, comment="incident time"),
    Column("commander", String(32)),
    Column("asked", String(32)),
    Column("channel", String(32)),
    Column("channel_name", String(80)),
    Column("update_due_at", Instant, comment="incident time"),
    Column("last_update_at", Instant, comment="incident time"),
    Column("over_at", Instant, comment="incident time"),
    Column("last_seq", Integer, nullable=False),
    Column("acknowledged_at", Instant, comment="incident time"),
    Column("first_update_at", Instant, comment="incident time"),
    Column("mitigated_at", Instant, comment="incident time"),
    Column("resolved_at", Instant, comment="incident time"),
    Column("updates_due", Integer),
    Column("updates_on_time", Integer),
    Column("times_reopened", Integer),
    Column("was_escalated", Boolean),
    Column("kept_acknowledge", Boolean),
    Column("kept_update_first", Boolean),
    Column("kept_mitigate", Boolean),
    Column("kept_resolve", Boolean),
    Column("runbooks", Text, comment="JSON: what came of each"),
    Column("audiences", Text, comment="JSON: updates due and on time, of each with a clock of its own"),
    Column("alerts", Integer, comment="how many belong to it"),
    Column("acts", Text, comment="JSON: quarters of an hour, and how many people did something in each"),
    Column("follow_ups", Text, comment="JSON: when each open one was agreed, and by when it is due"),
    Column("impact", Text, comment="JSON: when users were affected, from and to; no end while they are"),
    Column("impact_until", Instant, comment="incident time, when the last of it ended; none while it lasts"),
    Column("degraded", Integer, comment="in hundredths of a percent, where somebody said so"),
    Column("problem", Integer),
    Column("declared_by_integration", Text),
    Column("declared_from", String(64)),
    Column("channel_lost", String(16)),
    Index("ix_incidents_declared", "workspace", "declared_at"),
    _partial("declared_from IS NOT NULL", "ix_incidents_declared_from", "workspace", "declared_from"),
    _partial("is_private = 1", "ix_incidents_private", "workspace", "declared_at"),
    _partial("problem IS NOT NULL", "ix_incidents_problem", "workspace", "problem", "number"),
    _partial("impact IS NULL", "ix_incidents_unmeasured", "workspace", "number"),
    _partial("service IS NOT NULL", "ix_incidents_impact", "workspace", "service", "impact_until"),
    _partial("follow_ups IS NOT NULL", "ix_incidents_follow_ups", "workspace", "number"),
    Index(None, "workspace", "channel", unique=True),
    _partial("is_over = 0", "ix_incidents_open", "workspace", "number"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Id, primary_key=True),
    Column("workspace", String(32), nullable=False),
    Column("at", Instant, nullable=False, comment="incident time"),
    Column("recorded_at", Instant, nullable=False, comment="machine time"),
    Column("actor", String(64), nullable=False),
    Column("verb", String(64), nullable=False),
    Column("incident", Integer),
    Column("outcome", String(16), nullable=False),
    Column("detail", String(64), nullable=False),
    Column("actor_kind", String(16)),
    Column("actor_name", Text),
    Index(None, "workspace", "recorded_at"),
)

chain_links = Table(
    "chain_links",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("book", Integer, primary_key=True, comment="the incident whose timeline it is; 0: the audit log"),
    Column("position", Integer, primary_key=True),
    Column("row", BigInteger, nullable=False, comment="the event's seq, or the entry's id"),
    Column("salt", LargeBinary(16), nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("link", LargeBinary(32), nullable=False),
    Index(None, "workspace", "book", "row"),
)

chain_ends = Table(
    "chain_ends",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("book", Integer, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("row", BigInteger, nullable=False),
    Column("link", LargeBinary(32), nullable=False),
    Column("headed", Integer, nullable=False, server_default="0", comment="as far as the heads know of it"),
)

chain_heads = Table(
    "chain_heads",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("signature", LargeBinary(64)),
    Column("stamp", LargeBinary),
)

tokens = Table(
    "tokens",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("id", String(16), primary_key=True),
    Column("name", Text, nullable=False),
    Column("digest", LargeBinary(32), nullable=False),
    Column("person", String(32)),
    Column("integration", Text),
    Column("kind", String(64)),
    Column("scopes", Text, nullable=False),
    Column("created_at", Instant, nullable=False, comment="machine time"),
    Column("expires_at", Instant, comment="machine time"),
    Column("revoked_at", Instant, comment="machine time"),
    Column("last_used_at", Instant, comment="machine time, to the minute"),
)

erasures = Table(
    "erasures",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("pseudonym", String(32), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("begun_at", Instant, nullable=False, comment="machine time"),
    Column("ended_at", Instant, comment="machine time; none until nothing is left in the files"),
    Column("person", String(32), comment="while they still stand somewhere, as their names"),
    Column("names", Text, comment="JSON"),
    Column("takes_words", Boolean, nullable=False),
    Column("found", Text, nullable=False, comment="JSON: rows, by table"),
)

retained = Table(
    "retained",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("incident", Integer, primary_key=True, comment="0: when it was first looked for what is kept too long"),
    Column("kinds", Text, nullable=False, comment="JSON: the classes of data that went"),
    Column("up_to", Instant, nullable=False, comment="incident time; what was written later is left"),
    Column("up_to_ts", String(32), nullable=False, comment="the same as Slack's ts"),
    Column("up_to_seq", Integer, nullable=False),
    Column("under_way", Text, comment="JSON: what was done of it and no entry tells of yet"),
    Column("is_scrubbed", Boolean, nullable=False, comment="whether nothing is left in the files either"),
)

review_sections = Table(
    "review_sections",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("incident", Integer, primary_key=True),
    Column("section", String(16), primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("text", Text, nullable=False),
    Column("by", String(32), nullable=False),
    Column("at", Instant, nullable=False, comment="incident time"),
)

feeds = Table(
    "feeds",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("schedule", String(64), primary_key=True),
    Column("content", Text),
    Column("etag", Text),
    Column("fetched_at", Instant, comment="machine time"),
    Column("error", Text),
)

catalog = Table(
    "catalog",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("place", Text, primary_key=True),
    Column("content", Text),
    Column("etag", Text),
    Column("fetched_at", Instant, comment="machine time"),
    Column("error", Text),
)

subscriptions = Table(
    "subscriptions",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("id", String(16), primary_key=True),
    Column("name", String(64), nullable=False),
    Column("made_at", Instant, nullable=False, comment="machine time"),
    Column("body", Text, nullable=False),
    UniqueConstraint("workspace", "name"),
)

_OPEN = "done_at IS NULL AND cancelled_at IS NULL"

deadlines = Table(
    "deadlines",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("incident", Integer, primary_key=True),
    Column("kind", String(64), primary_key=True),
    Column("step", String(16), primary_key=True),
    Column("set_by", Integer, primary_key=True),
    Column("due_at", Instant, nullable=False, comment="incident time"),
    Column("promised_at", Instant, nullable=False, comment="incident time"),
    Column("done_at", Instant, comment="incident time"),
    Column("cancelled_at", Instant, comment="incident time"),
    Column("lease_until", Instant, comment="machine time"),
    Column("owner", String(255)),
    _partial(_OPEN, "ix_deadlines_open", "workspace", "due_at"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("workspace", String(32), nullable=False),
    Column("incident", Integer),
    Column("seq", Integer, comment="the event that caused it"),
    Column("kind", String(64), nullable=False),
    Column("destination", String(255), nullable=False),
    Column("lane", String(255), nullable=False),
    Column("key", String(255), nullable=False),
    Column("body", JSON, nullable=False),
    Column("is_refresh", Boolean, nullable=False),
    Column("needs_channel", Boolean, nullable=False),
    Column("state", String(16), nullable=False),
    Column("is_unknown", Boolean, nullable=False, server_default=text("false")),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Column("queued_at", Instant, nullable=False, comment="machine time"),
    Column("first_called_at", Instant, comment="machine time"),
    Column("called_at", Instant, comment="machine time"),
    Column("not_before", Instant, comment="machine time"),
    Column("lease_until", Instant, comment="machine time"),
    Column("owner", String(255)),
    Column("fence", Integer, nullable=False, server_default="0", comment="how often it was claimed"),
    Column("result", JSON, nullable=False),
    Column("error", Text),
    Column("ended_at", Instant, comment="machine time; none while the effect is pending or in flight"),
    Column("precedence", Integer, nullable=False, server_default="25", comment="the lowest goes first"),
    _partial("ended_at IS NULL", "ix_outbox_unfinished", "workspace", "lane", "id"),
    Index(None, "state", "workspace"),
    _partial(
        "NOT is_refresh", "uq_outbox_announcement", "workspace", "incident", "seq", "kind", "destination", unique=True
    ),
    _partial("is_refresh AND state = 'pending'", "uq_outbox_refresh", "workspace", "key", unique=True),
)

replicas = Table(
    "replicas",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("owner", String(255), primary_key=True),
    Column("seen_at", Instant, nullable=False, comment="machine time"),
    Column("connections", Integer, comment="of the app, as Slack counted them when it last said so"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("sender_id", String(255), primary_key=True),
    Column("incident", Integer),
    Column("first_seq", Integer),
    Column("last_seq", Integer),
    Column("asked", LargeBinary(32)),
    Column("seen_at", Instant, nullable=False, comment="machine time"),
    Index(None, "seen_at"),
)

alert_deliveries = Table(
    "alert_deliveries",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("workspace", String(32), nullable=False),
    Column("source", String(32), nullable=False),
    Column("received_at", Instant, nullable=False, comment="incident time"),
    Column("signals", Text, nullable=False),
    Column("error", Text, comment="why it could not be worked off; none while it waits"),
    _partial("error IS NULL", "ix_alert_deliveries_waiting", "workspace", "id"),
)

alerts = Table(
    "alerts",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("key", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("incident", Integer),
    Column("last_at", Instant, nullable=False, comment="incident time"),
    Column("settles_at", Instant, comment="incident time"),
    Column("declaring_since", Instant, comment="incident time"),
    Column("body", Text, nullable=False),
    Index("ix_alerts_key", "workspace", "key", "number"),
    Index("ix_alerts_last", "workspace", "last_at"),
    _partial("incident IS NOT NULL", "ix_alerts_incident", "workspace", "incident"),
    _partial("settles_at IS NOT NULL", "ix_alerts_settling", "workspace", "settles_at"),
    _partial("declaring_since IS NOT NULL", "ix_alerts_declared", "workspace", "declaring_since"),
)

FIRING = "state = 'firing'"
"""Of signals, as the index and the question for them spell it."""

signals = Table(
    "signals",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("alert", Integer, primary_key=True),
    Column("key", String(64), primary_key=True),
    Column("state", String(16), nullable=False),
    Column("started_at", Instant, comment="as its sender says"),
    Column("ended_at", Instant, comment="as its sender says"),
    _partial(FIRING, "ix_signals_firing", "workspace", "key"),
)

alert_sources = Table(
    "alert_sources",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("source", String(32), primary_key=True),
    Column("heard_at", Instant, nullable=False, comment="incident time"),
)

proposals = Table(
    "proposals",
    metadata,
    Column("workspace", String(32), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("handle", String(32), nullable=False),
    Column("asked", String(64), nullable=False, comment="a digest of what is proposed for whom"),
    Column("by", String(32), nullable=False),
    Column("incident", Integer),
    Column("state", String(16), nullable=False),
    Column("ends_at", Instant, nullable=False, comment="incident time"),
    Column("body", Text, nullable=False),
    Index("ix_proposals_handle", "workspace", "handle", unique=True),
    Index("ix_proposals_asked", "workspace", "asked", "number"),
    Index("ix_proposals_ends", "workspace", "ends_at"),
    _partial("state = 'waiting'", "ix_proposals_waiting", "workspace", "ends_at"),
)

changes = Table(
    "changes",
    metadata,
    Column("id", Id, primary_key=True, autoincrement=True),
    Column("workspace", String(32), nullable=False),
    Column("service", Text, nullable=False),
    Column("at", Instant, nullable=False, comment="as its sender says"),
    Column("is_told", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_changes_service", "workspace", "service", "at"),
    _partial("is_told = 0", "ix_changes_waiting", "workspace", "id"),
)
