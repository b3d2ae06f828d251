"""SQLite's connections as SQLAlchemy uses them, with one trip to a connection's thread for each statement.

aiosqlite gives each connection a thread. SQLAlchemy's cursor goes there four times for a query: to make a cursor, to
execute, to fetch and to close. That took a fifth of a command's processor time. To begin a transaction and to give up
one that is over already were trips, too: a quarter of those that were left.
"""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from sqlite3 import Cursor
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.connectors.asyncio import AsyncAdapt_dbapi_cursor
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import await_only, immutabledict

Rows = deque[Any]


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
        connection: Any = self._connection
        begin = self._adapt_connection.begins()

        def run() -> tuple[Cursor, Rows]:
            with closing(connection._conn.cursor()) as cursor:
                if begin is not None:
                    cursor.execute(begin)
                statement(cursor)
                return cursor, deque(cursor.fetchall() if cursor.description else ())

        try:
            self._cursor, self._rows = await_only(connection._execute(run))
        except Exception as error:  # noqa: BLE001 - the adapter tells what SQLAlchemy knows it as
            self._adapt_connection._handle_exception(error)

    async def _async_soft_close(self) -> None:
        """It is closed already."""

    def close(self) -> None:
        self._rows.clear()


class OneTripConnection(AsyncAdapt_aiosqlite_connection):
    """A connection with such cursors, whose transactions begin with their first statement."""

    __slots__ = ("_begin", "_is_open")

    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = OneTripCursor

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begin: str | None = None
        self._is_open = False
        """Whether a transaction was begun and not ended, so that there is one to be given up."""

    def cursor(self, server_side: bool = False) -> AsyncAdapt_dbapi_cursor:
        if server_side and (begin := self.begins()) is not None:
            self._cursor_cls(self).execute(begin)
        return super().cursor(server_side)

    def begin(self, statement: str) -> None:
        """Begin a transaction like this, on the way to its first statement."""
        self._begin = statement

    def begins(self) -> str | None:
        """What has to go ahead of a statement."""
        begin, self._begin = self._begin, None
        self._is_open = self._is_open or begin is not None
        return begin

    def commit(self) -> None:
        self._begin = None
        if self._is_open:
            super().commit()
            self._is_open = False

    def rollback(self) -> None:
        self._begin = None
        if self._is_open:
            self._is_open = False
            super().rollback()


def connect(dialect: Dialect, _: object, arguments: list[Any], options: dict[str, Any]) -> OneTripConnection:
    """The listener of an engine's event `do_connect`:
    https://docs.sqlalchemy.org/en/21/core/events.html#sqlalchemy.events.DialectEvents.do_connect"""
    usual: Any = dialect.connect(*arguments, **options)
    return OneTripConnection(usual.dbapi, usual._connection)
