"""The two ways into the database, on both engines.

SQLite, as measured: with the libraries' defaults, of 200 concurrent read-then-write transactions 27 survived, silently.
So `isolation_level=None` on connect, `BEGIN IMMEDIATE` for writes, one at a time per process behind a lock (20 at once:
p99 64 ms with it, 443 ms without), and reads on an engine of their own with `query_only`, which block nobody.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, make_url, select, text
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.domain.ids import WorkspaceId
from bot.store import migrating, sqlite
from bot.store.group_commit import GroupCommit, NotOnDisk, Sync, to_disk
from bot.store.lock import FileLock
from bot.store.owner_only import keep_to_owner
from bot.store.schema import workspaces
from bot.store.statements import STATEMENTS

BUSY = 1500
"""Milliseconds that SQLite waits for another process's lock."""

KEPT = 8
"""Connections of each of the two ways that stay open. Whoever comes further waits for one of them, which is quicker
than to open another: of 20 commands at once, opening cost an eighth of the processor's time on SQLite, and more on
PostgreSQL, where each is a process."""
RESTED = 1.0
"""Seconds without work after which a connection to PostgreSQL is asked whether it is still there."""
CONNECTING = 5
"""Seconds until PostgreSQL must have answered a new connection."""


HINTS = {
    "28": "It refuses the name or the password.",
    "3D": "There is no database of that name.",
    "42501": "The role may not do that.",
    "53": "It is short of connections, memory or space.",
    "57": "It is being stopped or started.",
    "SQLITE_CANTOPEN": "The file cannot be opened.",
    "SQLITE_NOTADB": "The file is no database.",
    "SQLITE_CORRUPT": "The file is damaged.",
    "SQLITE_READONLY": "The file cannot be written to.",
    "SQLITE_FULL": "There is no space left.",
    "SQLITE_IOERR": "The disk does not answer.",
    "SQLITE_BUSY": "Another process holds the file.",
}
"""How the states begin that whoever runs the bot can mend: https://www.postgresql.org/docs/current/errcodes-appendix.html
and https://www.sqlite.org/rescode.html."""


class DatabaseUnreachable(Exception):
    """The database cannot be used now; the text says why."""


class Database:
    """The engines of one database. Open it with `open`, close it with `close`."""

    def __init__(self, url: str, lock: FileLock | None) -> None:
        self._url = url
        self._lock = lock
        self.is_sqlite = make_url(url).get_backend_name() == "sqlite"
        self._turn: asyncio.Lock | None = asyncio.Lock() if self.is_sqlite else None
        self._commits: GroupCommit | None = None
        """Where it is None, each commit waits for the disk by itself."""
        if self.is_sqlite:
            self._writer = _sqlite_engine(url, sqlite.WRITE, self._waiting_for_the_disk, self._has_log)
            self._reader = _sqlite_engine(url, sqlite.READ, lambda: "query_only=ON", self._has_log)
        else:
            self._writer = _postgresql_engine(url, "READ COMMITTED")
            self._reader = _postgresql_engine(url, "REPEATABLE READ", is_read_only=True)

    @classmethod
    async def open(cls, url: str, *, migrate: bool = True, exclusive: bool = False, sync: Sync = to_disk) -> "Database":
        """Connect, and bring the tables to this version behind a lock.

        `exclusive`: take the OS lock of a SQLite file. `sync`: what waits for the disk after commits to such a file.
        Raises AlreadyRunning, DatabaseUnreachable.
        """
        name = make_url(url).database
        is_file = make_url(url).get_backend_name() == "sqlite" and name not in (None, "", ":memory:")
        database = cls(url, FileLock(Path(name)) if exclusive and name and is_file else None)
        try:
            if database._lock is not None:
                database._lock.take()
            if is_file and name:
                keep_to_owner(Path(name), is_ours=exclusive)
            if migrate:
                await migrating.upgrade(database._writer)
                await database._writer.dispose()  # SQLite puts the log of a run that was cut off into the database
            async with database.read() as connection:
                if is_file and name and await _has_write_ahead_log(connection):
                    database._commits = GroupCommit(Path(name), sync)
        except (DatabaseError, InterfaceError, OSError) as error:
            await database.close()
            raise DatabaseUnreachable(_reason(error)) from error
        except migrating.NewerTables as error:
            await database.close()
            raise DatabaseUnreachable(str(error)) from error
        except BaseException:
            await database.close()
            raise
        return database

    async def close(self) -> None:
        await self._writer.dispose()
        await self._reader.dispose()
        if self._commits is not None:
            self._commits.close()
        if self._lock is not None:
            self._lock.release()

    def _has_log(self) -> bool:
        return self._commits is not None

    def _waiting_for_the_disk(self) -> str:
        return "synchronous=NORMAL" if self._has_log() else "synchronous=FULL"

    @contextmanager
    def reached(self) -> Iterator[None]:
        """While the body runs, what the driver raises because the database is away is raised as DatabaseUnreachable."""
        try:
            yield
        except (OperationalError, InterfaceError, OSError) as error:
            raise DatabaseUnreachable(_reason(error)) from error

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """One write transaction: committed and on disk at the end, rolled back on any exception.

        Raises DatabaseUnreachable when the disk refused what was committed last: it may be there all the same.
        """
        if self._turn is None:
            async with self._writer.begin() as connection:
                yield connection
            return
        if self._commits is None:
            async with self._turn, self._writer.begin() as connection:
                yield connection
            return
        try:
            async with self._turn:
                async with self._writer.begin() as connection:
                    yield connection
                    self._commits.ready()
                commit = self._commits.committed()
            await self._commits.on_disk(commit)
        except NotOnDisk as error:
            raise DatabaseUnreachable(str(error)) from error

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One snapshot that blocks nobody and changes nothing."""
        async with self._reader.connect() as connection:
            await connection.begin()
            yield connection  # closing it rolls back

    async def revision_is_current(self) -> bool:
        """Whether the tables are at this code's migration. Raises DatabaseUnreachable, also where the disk failed."""
        try:
            if self._commits is not None:
                self._commits.check()
            async with self.read() as connection:
                return await connection.run_sync(migrating.is_current)
        except NotOnDisk as error:
            raise DatabaseUnreachable(str(error)) from error
        except (DBAPIError, OSError) as error:
            raise DatabaseUnreachable(_reason(error)) from error

    async def now(self) -> datetime | None:
        """The clock of the database's machine; None for SQLite, which has ours. Raises DatabaseUnreachable."""
        if self.is_sqlite:
            return None
        try:
            async with self.read() as connection:
                found: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
                return found
        except (DBAPIError, OSError) as error:
            raise DatabaseUnreachable(_reason(error)) from error

    async def workspaces(self) -> list[WorkspaceId]:
        """The workspaces that stand in the database; none when its tables are not there yet."""
        async with self.read() as connection:
            if not await connection.run_sync(migrating.is_current):
                return []
            rows = await connection.execute(select(workspaces.c.id).order_by(workspaces.c.id))
            return [WorkspaceId(row.id) for row in rows]


def driver_error_in_short(error: BaseException) -> str:
    """The kind of a database's error and its state. What the driver says besides holds values of a row."""
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None)
    return f"{type(cause).__name__} ({state})" if state else type(cause).__name__


def _reason(error: Exception) -> str:
    cause = getattr(error, "orig", None) or error
    state = str(getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or "")
    hint = next((hint for begin, hint in HINTS.items() if state.startswith(begin)), None)
    if hint is None and isinstance(cause, OSError):
        hint = f"{cause.strerror}."
    return f"The database does not answer: {driver_error_in_short(error)}{f'. {hint}' if hint else ''}"


async def _has_write_ahead_log(connection: AsyncConnection) -> bool:
    """Some file systems do not bear one."""
    mode: str = (await connection.execute(text("PRAGMA journal_mode"))).scalar_one()
    return mode == "wal"


def _postgresql_engine(url: str, isolation: IsolationLevel, *, is_read_only: bool = False) -> AsyncEngine:
    """What a connection differs in is set once, when it is opened. Those used last are used first: they know the
    statements."""
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=KEPT,
        max_overflow=0,
        pool_use_lifo=True,
        isolation_level=isolation,
        connect_args={"connect_timeout": CONNECTING},
        execution_options={"compiled_cache": STATEMENTS},
    )
    dialect: Any = engine.dialect

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, record: ConnectionPoolEntry) -> None:
        dialect.set_readonly(connection, is_read_only)
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkin")
    def on_checkin(_: object, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine.sync_engine, "checkout")
    def on_checkout(connection: Any, record: ConnectionPoolEntry, _: object) -> None:
        if time.monotonic() - record.info["used_at"] > RESTED:
            try:
                dialect.do_ping(connection)
            except dialect.loaded_dbapi.Error as error:
                raise InvalidatePoolError from error

    return engine


def _sqlite_engine(url: str, begin: str, pragma: Callable[[], str], has_log: Callable[[], bool]) -> AsyncEngine:
    """`pragma`: asked when a connection is opened, for what it differs in."""
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=KEPT,
        max_overflow=0,
        execution_options={"compiled_cache": STATEMENTS},
    )
    event.listen(engine.sync_engine, "do_connect", sqlite.connect)

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.has_log = has_log
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={BUSY}")
        cursor.execute(f"PRAGMA {pragma()}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.connection.dbapi_connection.begin(begin)

    return engine
