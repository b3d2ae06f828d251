"""SQLite's connections as SQLAlchemy uses them, with one trip to a connection's thread for each statement.

aiosqlite gives each connection a thread. SQLAlchemy's cursor goes there four times for a query: to make a cursor, to
execute, to fetch and to close. That took a fifth of a command's processor time. To begin a transaction and to give up
one that is over already were trips, too: a quarter of those that were left.

What SQLite does in less time than the way to the thread and back takes (3 µs; 15 on an idle machine, and on a busy one
as long as two threads wait for their turns) is done where it is asked for: prepared statements. Beside a write-ahead
log neither whoever reads nor whoever writes waits for others, once it was begun, nor for the disk before the commit.
"""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from functools import partial
from pathlib import Path
from sqlite3 import SQLITE_BUSY, Cursor, OperationalError
from typing import Any, cast

from sqlalchemy import Dialect
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_cursor
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import await_only, immutabledict

Rows = deque[Any]
READ, WRITE = "BEGIN", "BEGIN IMMEDIATE"
BUSY = 1500
"""Milliseconds that SQLite waits for another process's lock."""
PRIMARY = 0xFF
"""The part of SQLite's result codes that says what, without how: https://www.sqlite.org/rescode.html#extrc"""


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is closed when its statement has been executed, as all rows are fetched by then.

    Results that are streamed do not come this way: they have a cursor of SQLAlchemy's own.
    """

    __slots__ = ()

    _adapt_connection: "OneTripConnection"

    def __init__(self, adapt_connection: "OneTripConnection") -> None:
        self._adapt_connection = adapt_connection
        self._connection = adapt_connection._connection
        self._soft_closed_memoized = immutabledict()
        self._rows: Rows = deque()

    def execute(self, operation: Any, parameters: Any = None) -> None:
        self._run(lambda cursor: cursor.execute(operation, parameters or ()))

    def executemany(self, operation: Any, seq_of_parameters: Iterable[Any]) -> None:
        self._run(lambda cursor: cursor.executemany(operation, seq_of_parameters))

    def _run(self, statement: Callable[[Cursor], object]) -> None:
        try:
            cursor, rows = await_only(self._adapt_connection.in_its_thread(statement))
        except Exception as error:  # noqa: BLE001 - the adapter tells what SQLAlchemy knows it as
            self._adapt_connection._handle_exception(error)
        self._cursor, self._rows = cast(Any, cursor), deque(rows)

    async def _async_soft_close(self) -> None:
        """It is closed already."""

    def close(self) -> None:
        self._rows.clear()


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """A connection with such cursors, whose transactions begin with their first statement."""

    __slots__ = ("_begin", "_is_here", "_is_open", "has_log")

    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = OneTripCursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begin: str | None = None
        self._is_open = False
        """Whether a transaction was begun and not ended, so that there is one to be given up."""
        self._is_here = True
        """Whether nothing of the transaction was done in the connection's thread, where it may be under way still,
        though whoever asked for it was cancelled."""
        self.has_log: Callable[[], bool] = lambda: False
        """Whether the database is known to have a write-ahead log."""

    def cursor(self, server_side: bool = False) -> AsyncAdapt_dbapi_cursor:
        self._is_here = False
        if server_side and (begin := self.begins()) is not None:
            self._cursor_cls(self).execute(begin)
        return super().cursor(server_side)

    def begin(self, statement: str) -> None:
        """Begin a transaction like this, on the way to its first statement."""
        self._begin = statement
        self._is_here = True

    def begins(self) -> str | None:
        """What has to go ahead of a statement."""
        begin, self._begin = self._begin, None
        self._is_open = self._is_open or begin is not None
        return begin

    async def carry_out(self, sql: str, given: list[Any], *, is_little: bool) -> tuple[list[Any], int]:
        """The rows that a statement brings, and how many it changed. `given`: its parameters, for each time that it is
        carried out. `is_little`: whether that takes SQLite no longer than the way to the thread and back."""

        def statement(cursor: Cursor) -> object:
            return cursor.execute(sql, given[0]) if len(given) == 1 else cursor.executemany(sql, given)

        if is_little and self.has_log() and self._begins_at_once():
            cursor, rows = self._run(self.begins(), statement)
        else:
            cursor, rows = await self.in_its_thread(statement)
        return rows, cursor.rowcount

    def _begins_at_once(self) -> bool:
        """Begin to write, where that is the next thing to do; False if another process is writing."""
        if self._begin != WRITE:
            return True
        connection: Any = self._connection
        with closing(connection._conn.cursor()) as cursor:
            cursor.execute("PRAGMA busy_timeout=0")
            try:
                cursor.execute(WRITE)
            except OperationalError as error:
                if error.sqlite_errorcode & PRIMARY != SQLITE_BUSY:
                    raise
                return False
            finally:
                cursor.execute(f"PRAGMA busy_timeout={BUSY}")
        self.begins()
        return True

    async def in_its_thread(self, statement: Callable[[Cursor], object]) -> tuple[Cursor, list[Any]]:
        """Carry out a statement, at the beginning of a transaction after what begins it; and fetch its rows."""
        connection: Any = self._connection
        self._is_here = False
        found: tuple[Cursor, list[Any]] = await connection._execute(partial(self._run, self.begins(), statement))
        return found

    def _run(self, begin: str | None, statement: Callable[[Cursor], object]) -> tuple[Cursor, list[Any]]:
        connection: Any = self._connection
        with closing(connection._conn.cursor()) as cursor:
            if begin is not None:
                cursor.execute(begin)
            statement(cursor)
            return cursor, cursor.fetchall() if cursor.description else []

    def commit(self) -> None:
        self._begin = None
        if self._is_open:
            super().commit()
            self._is_open = False

    def rollback(self) -> None:
        self._begin = None
        if self._is_open:
            self._is_open = False
            if self._is_here:
                connection: Any = self._connection
                connection._conn.rollback()
            else:
                super().rollback()


def connect(dialect: Dialect, _: object, arguments: list[Any], options: dict[str, Any]) -> OneTripConnection:
    """The listener of an engine's event `do_connect`:
    https://docs.sqlalchemy.org/en/21/core/events.html#sqlalchemy.events.DialectEvents.do_connect"""
    file, *more = arguments
    if file != ":memory:":  # one that is gone is not to be made anew, empty: https://www.sqlite.org/uri.html
        file, options = f"{Path(file).absolute().as_uri()}?mode=rw", {**options, "uri": True}
    usual: Any = dialect.connect(file, *more, **options)
    return OneTripConnection(usual.dbapi, usual._connection)
