"""The files of a SQLite database hold what was said and the key of the links: they are their owner's alone."""

import os
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

OTHERS = 0o077
"""What the group and everybody else may do."""
BESIDE = ("", "-wal", "-shm", ".lock")
"""What stands beside the database file. SQLite gives `-wal` and `-shm` the permissions of the file itself."""


def keep_to_owner(database: Path, *, is_ours: bool) -> None:
    """Create the file for its owner alone; raises OSError where that cannot be.

    `is_ours`: for the one process that holds the database, also take from others what they may do with files that are
    there already; whoever only looks leaves them, and may say so.
    """
    database = database.resolve()
    if not database.is_file():
        os.close(os.open(database, os.O_RDWR | os.O_CREAT, 0o600))
    for name in open_to_others(database) if is_ours else ():
        path = database.with_name(name)
        try:
            path.chmod(path.stat().st_mode & ~OTHERS)
        except OSError as error:
            log.warning("database.readable_by_others", file=name, why=error.strerror)
        else:
            log.warning("database.permissions_tightened", file=name)


def open_to_others(database: Path) -> list[str]:
    """The names of the database's files that somebody other than their owner may read or write."""
    database = database.resolve()
    paths = [database.with_name(f"{database.name}{end}") for end in BESIDE]
    return [path.name for path in paths if path.exists() and path.stat().st_mode & OTHERS]
