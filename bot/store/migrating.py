"""Alembic, run from code behind a lock: one history for both engines. It is loaded only where there is something to
migrate."""

import asyncio
import sqlite3
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

if TYPE_CHECKING:
    from alembic.config import Config

LOCK = 7_301_186
"""The number of PostgreSQL's advisory lock that migrations share."""

PATIENCE = 60
"""Seconds that a process waits for another one that is migrating the same SQLite file."""
PAUSE = 0.05
"""Seconds between two attempts to change a SQLite file's journal."""

MIGRATIONS = Path(__file__).with_name("migrations")
NEWEST = max(file.name.partition("_")[0] for file in MIGRATIONS.glob("versions/[0-9]*.py"))
"""This code's newest revision: files are named after theirs."""


def config() -> "Config":
    from alembic.config import Config

    found = Config()
    found.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))  # `%` begins an interpolation there
    return found


class NewerTables(Exception):
    """A newer version of Muster migrated this database: start that version, or restore the backup from before."""


def is_current(connection: Connection) -> bool:
    """Whether the database stands at this code's newest revision."""
    return _revision(connection) == NEWEST


def _revision(connection: Connection) -> str | None:
    """At which Alembic left the tables; None where there are none."""
    if not connection.dialect.has_table(connection, "alembic_version"):
        return None
    found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return found


async def upgrade(engine: AsyncEngine) -> None:
    """Bring the tables to the newest revision; a second process waits and then finds nothing to do.

    Raises NewerTables when they are at a revision that this version does not know.
    On SQLite foreign keys are off meanwhile, set before BEGIN, and checked before COMMIT: with them on, a batch
    migration emptied a child table (measured).
    """
    async with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            raw = await connection.get_raw_connection()
            driver = raw.driver_connection
            assert driver is not None  # noqa: S101 - a connection that was just opened
            usual = await (await driver.execute("PRAGMA busy_timeout")).fetchone()
            await driver.execute(f"PRAGMA busy_timeout={PATIENCE * 1000}")
            await _use_write_ahead_log(driver)
            await driver.execute("PRAGMA foreign_keys=OFF")
            try:
                async with connection.begin():
                    await connection.run_sync(_upgrade)
                    broken = (await connection.execute(text("PRAGMA foreign_key_check"))).all()
                    if broken:
                        raise RuntimeError(f"a migration broke {len(broken)} foreign keys")
            finally:
                await driver.execute("PRAGMA foreign_keys=ON")
                await driver.execute(f"PRAGMA busy_timeout={usual[0]}")
            return
        async with connection.begin():
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            await connection.run_sync(_upgrade)


async def _use_write_ahead_log(driver: Any) -> None:
    """Once per file, which remembers it. SQLite answers "busy" here at once, whatever the timeout is."""
    for _ in range(round(PATIENCE / PAUSE)):
        try:
            await driver.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:
                raise
            await asyncio.sleep(PAUSE)
        else:
            return


def _upgrade(connection: Connection) -> None:
    if is_current(connection):
        return
    from alembic import command
    from alembic.script import ScriptDirectory

    found = config()
    known = {one.revision for one in ScriptDirectory.from_config(found).walk_revisions()}
    if _revision(connection) not in {None, *known}:
        raise NewerTables(" ".join((NewerTables.__doc__ or "").split()))
    found.attributes["connection"] = connection
    command.upgrade(found, "head")
