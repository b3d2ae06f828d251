"""The two ways into the database, on both engines.

SQLite, as measured: with the libraries' defaults, of 200 concurrent read-then-write transactions 27 survived, silently.
So `isolation_level=None` on connect, `BEGIN IMMEDIATE` for writes, one at a time per process behind a lock (20 at once:
p99 64 ms with it, 443 ms without), and reads on an engine of their own with `query_only`, which block nobody.
"""

import asyncio
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import event, func, make_url, select, text
from sqlalchemy.engine.interfaces import IsolationLevel
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, InvalidatePoolError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from bot.domain.ids import WorkspaceId
from bot.store import migrating, scrubbing, sqlite
from bot.store.group_commit import FileGone, GroupCommit, NotOnDisk, Sync, to_disk
from bot.store.lock import FileLock
from bot.store.owner_only import keep_to_owner
from bot.store.schema import workspaces
from bot.store.statements import STATEMENTS

log = structlog.get_logger(__name__)

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
    "25006": "It can only be read from.",
    "58": "Its disk does not answer.",
    "XX": "It is damaged, or fails in itself.",
    "08": "The connection was lost.",
}
"""How the states begin that mean that the database is away, by the way in which whoever runs the bot can mend it:
https://www.postgresql.org/docs/current/errcodes-appendix.html and https://www.sqlite.org/rescode.html."""
DAMAGES = ("SQLITE_CORRUPT", "SQLITE_NOTADB")
DAMAGED = (
    "The database's file is damaged ({}), and nothing is written to it any more. Stop Muster, keep the file and what "
    "stands beside it, and put a backup in its place."
)
LOOKED_THROUGH = 32_000_000
"""Bytes of a SQLite file that is looked through at each start, which takes a tenth of a second; `muster doctor` looks
through one of any size, and more closely."""
CANCELLED = "57014"
"""A statement was cancelled, or took too long: the database itself is there."""
WRITTEN_TO = (CANCELLED, "SQLITE_READONLY", "25006")
"""Of a transaction that only reads also that it tried to write."""
IS_BACK = text("UPDATE alembic_version SET version_num = version_num")
"""Changes nothing, and needs all that a change needs."""
LOST_AFTER = 5_000
"""Milliseconds for which PostgreSQL may not confirm what was sent to it, before the connection counts as lost."""


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
        self._damaged: str | None = None
        """How a SQLite file is damaged: from then on nothing is read from it or written to it."""
        self._away_since: float | None = None
        self.away: str | None = None
        """Why it could not be used last; None once something could be written again."""
        if self.is_sqlite:
            self._writer = _sqlite_engine(url, sqlite.WRITE, self._waiting_for_the_disk, self._has_log)
            self._reader = _sqlite_engine(url, sqlite.READ, lambda: "query_only=ON", self._has_log)
        else:
            self._writer = _postgresql_engine(url, "READ COMMITTED")
            self._reader = _postgresql_engine(url, "REPEATABLE READ", is_read_only=True)

    @classmethod
    async def open(cls, url: str, *, migrate: bool = True, exclusive: bool = False, sync: Sync = to_disk) -> "Database":
        """Connect, and bring the tables to this version behind a lock.

        `exclusive`: take the OS lock of a SQLite file, and look through one that is small. `sync`: what waits for the
        disk after commits to such a file.
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
            if exclusive and is_file and name:
                await database._look_through(Path(name))
                await database._reader.dispose()  # only when nobody has it open is the log put into the database
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

    async def _look_through(self, file: Path) -> None:
        """Raises DatabaseUnreachable for a file that is damaged, before anything is written to it; OSError."""
        is_small = file.stat().st_size <= LOOKED_THROUGH  # noqa: ASYNC240 - as quick as what follows
        if is_small and (found := await self._checked("quick_check", 1)):
            self._damaged = DAMAGED.format(found[0])
            raise DatabaseUnreachable(self._damaged)

    async def damage(self) -> list[str]:
        """What is damaged in SQLite's file, in SQLite's words, ten things at the most; PostgreSQL sees to its own.
        Takes a second for each few hundred megabytes. Raises DatabaseUnreachable."""
        return await self._checked("integrity_check", 10) if self.is_sqlite else []

    async def _checked(self, pragma: str, most: int) -> list[str]:
        """https://www.sqlite.org/pragma.html#pragma_integrity_check"""
        async with self.read() as connection:
            rows = (await connection.execute(text(f"PRAGMA {pragma}({most})"))).scalars().all()
        return [" ".join(str(one).split()) for one in rows if one != "ok"]

    def _has_log(self) -> bool:
        return self._commits is not None

    @property
    def away_for(self) -> float:
        """Seconds since it was first found away, without having been back."""
        return 0.0 if self._away_since is None else time.monotonic() - self._away_since

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

        Raises DatabaseUnreachable. Where that is raised at the end, as when the connection is lost or the disk refuses
        what was committed last, it may be there all the same.
        """
        with self._noticing():
            async with self._writing() as connection:
                yield connection
                if self.away is not None:  # a transaction without changes succeeds on a full disk, too
                    await connection.execute(IS_BACK)
        if self.away is not None:
            log.warning("database.back", away_for=round(self.away_for, 1))
            self.away, self._away_since = None, None

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[AsyncConnection]:
        if self._turn is None:
            async with self._writer.begin() as connection:
                yield connection
            return
        if self._commits is None:
            async with self._turn, self._writer.begin() as connection:
                yield connection
            return
        async with self._turn:
            async with self._writer.begin() as connection:
                yield connection
                self._commits.ready()
            commit = self._commits.committed()
        await self._commits.on_disk(commit)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """One snapshot that blocks nobody and changes nothing. Raises DatabaseUnreachable."""
        with self._noticing(apart_from=WRITTEN_TO):
            async with self._reader.connect() as connection:
                await connection.begin()
                yield connection  # closing it rolls back

    @contextmanager
    def _noticing(self, apart_from: tuple[str, ...] = (CANCELLED,)) -> Iterator[None]:
        """Whatever says that the database is away is raised as DatabaseUnreachable, and remembered. `apart_from`: how
        the states begin that are our own doing."""
        if self._damaged is not None:
            raise DatabaseUnreachable(self._damaged)
        try:
            yield
        except (DBAPIError, NoConnection, NotOnDisk, FileGone) as error:
            if isinstance(error, DBAPIError) and (_state(error).startswith(apart_from) or not _is_away(error)):
                raise
            reason = str(error) if isinstance(error, NotOnDisk | FileGone) else _reason(error)
            if self.is_sqlite and isinstance(error, DBAPIError) and _state(error).startswith(DAMAGES):
                self._damaged = reason = DAMAGED.format(_state(error))
            if self.away is None:
                log.warning("database.away", why=reason)
                self._away_since = time.monotonic()
            self.away = reason
            raise DatabaseUnreachable(reason) from error

    @property
    def size(self) -> int | None:
        """Bytes of SQLite's file; None for PostgreSQL."""
        name = make_url(self._url).database
        return Path(name).stat().st_size if self.is_sqlite and name else None

    async def scrub(self, *, rewrite: bool = False) -> None:
        """See to it that nothing of what was deleted or overwritten is left in the database's own files; its backups
        and PostgreSQL's log are others. `rewrite`: on PostgreSQL write the tables anew, which locks each meanwhile;
        else what was deleted is overwritten as the space is used again. Raises DatabaseUnreachable."""
        await self._reader.dispose()
        try:
            if self.is_sqlite:
                await self._writer.dispose()
                await asyncio.to_thread(scrubbing.scrub_file, Path(make_url(self._url).database or ""))
            else:
                await scrubbing.vacuum(self._writer, rewrite=rewrite)
        except (DatabaseError, sqlite3.Error, OSError) as error:
            raise DatabaseUnreachable(_reason(error)) from error

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


def _is_away(error: DBAPIError) -> bool:
    """Whether the database itself cannot be used: nothing is wrong with what was asked of it."""
    state = _state(error)
    if not state:  # the driver alone says so: nothing answered
        return isinstance(error, OperationalError | InterfaceError)
    return any(state.startswith(begin) for begin in HINTS)


def _state(error: Exception) -> str:
    """Such as `57P01` or `SQLITE_FULL`; empty where the database gave none."""
    cause = getattr(error, "orig", None) or error
    return str(getattr(cause, "sqlstate", None) or getattr(cause, "sqlite_errorname", None) or "")


def _reason(error: Exception) -> str:
    cause, state = getattr(error, "orig", None) or error, _state(error)
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
        connect_args={"connect_timeout": CONNECTING, "tcp_user_timeout": LOST_AFTER},
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


def _from_json(kept: str) -> Any:
    """None for what is no JSON: what is wrong with one row must not keep others from being read. PostgreSQL takes
    nothing else."""
    try:
        return json.loads(kept)
    except ValueError:
        return None


def _sqlite_engine(url: str, begin: str, pragma: Callable[[], str], has_log: Callable[[], bool]) -> AsyncEngine:
    """`pragma`: asked when a connection is opened, for what it differs in."""
    engine = create_async_engine(
        url,
        hide_parameters=True,
        pool_size=KEPT,
        max_overflow=0,
        execution_options={"compiled_cache": STATEMENTS},
        json_deserializer=_from_json,
    )
    event.listen(engine.sync_engine, "do_connect", sqlite.connect)

    @event.listens_for(engine.sync_engine, "connect")
    def on_connect(connection: Any, _: object) -> None:
        connection.isolation_level = None
        connection.has_log = has_log
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout={sqlite.BUSY}")
        cursor.execute(f"PRAGMA {pragma()}")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def on_begin(connection: Any) -> None:
        connection.connection.dbapi_connection.begin(begin)

    return engine
