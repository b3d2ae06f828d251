"""The store: SQLite by default, PostgreSQL for several replicas; the only package that imports sqlalchemy."""

from bot.store.engine import Database, DatabaseUnreachable, driver_error_in_short
from bot.store.journal import Journal
from bot.store.lock import AlreadyRunning
from bot.store.persons import Trace
from bot.store.rows import (
    NOTHING_PAUSED,
    Answered,
    Audited,
    Claimed,
    DueDeadline,
    FeedCopy,
    OutboxRow,
    Paused,
    RebuildReport,
    ReplicaRow,
    Standing,
    Summary,
    ToRecord,
    Wanted,
    WorkspaceRow,
)
from bot.store.transaction import Reading, Store, Writing, measure_all, rebuild

__all__ = [
    "NOTHING_PAUSED",
    "AlreadyRunning",
    "Answered",
    "Audited",
    "Claimed",
    "Database",
    "DatabaseUnreachable",
    "DueDeadline",
    "FeedCopy",
    "Journal",
    "OutboxRow",
    "Paused",
    "Reading",
    "RebuildReport",
    "ReplicaRow",
    "Standing",
    "Store",
    "Summary",
    "ToRecord",
    "Trace",
    "Wanted",
    "WorkspaceRow",
    "Writing",
    "driver_error_in_short",
    "measure_all",
    "rebuild",
]
