"""Taking what was deleted out of the database's files.

SQLite leaves deleted bytes in pages until they are used again, and older pages in its log; VACUUM writes the file anew,
and a checkpoint that truncates empties the log (https://www.sqlite.org/lang_vacuum.html,
https://www.sqlite.org/pragma.html#pragma_wal_checkpoint). PostgreSQL's VACUUM frees the space of dead rows, to be
overwritten; VACUUM FULL writes the table anew (https://www.postgresql.org/docs/current/sql-vacuum.html).
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.store.schema import metadata

PATIENCE = 60.0
"""Seconds that other processes are waited for."""
PAUSE = 0.2


def scrub_file(file: Path) -> None:
    """Raises sqlite3.OperationalError where another process holds the file for too long."""
    until = time.monotonic() + PATIENCE
    with closing(sqlite3.connect(file, timeout=PATIENCE, isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=ON")
        connection.execute("VACUUM")
        while connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:  # somebody reads an older state
            if time.monotonic() > until:
                raise sqlite3.OperationalError("database is locked")
            time.sleep(PAUSE)


async def vacuum(engine: AsyncEngine, *, rewrite: bool) -> None:
    """Each of our tables, on PostgreSQL."""
    how = "VACUUM (FULL)" if rewrite else "VACUUM"
    async with engine.connect() as connection:
        on_its_own = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in metadata.sorted_tables:
            await on_its_own.execute(text(f'{how} "{table.name}"'))
