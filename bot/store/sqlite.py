"""SQLite's connections as SQLAlchemy uses them, with one trip to a connection's thread for each statement.

aiosqlite gives each connection a thread. SQLAlchemy's cursor goes there four times for a query: to make a cursor, to
execute, to fetch and to close. That took a fifth of a command's processor time.
"""

from collections import deque
from collections.abc import Callable, Iterable
from contextlib import closing
from sqlite3 import Cursor
from typing import Any

from sqlalchemy import Dialect
from sqlalchemy.dialects.sqlite.aiosqlite import AsyncAdapt_aiosqlite_connection, AsyncAdapt_aiosqlite_cursor
from sqlalchemy.util import await_only, immutabledict

Rows = deque[Any]


class OneTripCursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that is closed when its statement has been executed, as all rows are fetched by then.

    Results that are streamed do not come this way: they have a cursor of SQLAlchemy's own.
    """

    __slots__ = ()

    def __init__(self, adapt_connection: AsyncAdapt_aiosqlite_connection) -> None:
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

        def run() -> tuple[Cursor, Rows]:
            with closing(connection._conn.cursor()) as cursor:
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
    """A connection with such cursors."""

    __slots__ = ()

    _cursor_cls: type[AsyncAdapt_aiosqlite_cursor] = OneTripCursor


def connect(dialect: Dialect, _: object, arguments: list[Any], options: dict[str, Any]) -> OneTripConnection:
    """The listener of an engine's event `do_connect`:
    https://docs.sqlalchemy.org/en/21/core/events.html#sqlalchemy.events.DialectEvents.do_connect"""
    usual: Any = dialect.connect(*arguments, **options)
    return OneTripConnection(usual.dbapi, usual._connection)
