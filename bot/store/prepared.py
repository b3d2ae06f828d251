"""Statements that are asked all the time, carried out by the driver itself.

SQLAlchemy puts them together, from the tables' definitions and for both engines, and says how values are given to the
driver and taken from it. To have it carry one out as well took 90 µs of processor time on SQLite and 190 on PostgreSQL,
of which the driver needs 20 and 70.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from sqlalchemy import Delete, Insert, Select, Update
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.sqlite import OneTripConnection

Statement = Select[Any] | Insert | Update | Delete
Row = Sequence[Any]
Given = Mapping[str, Any]
Convert = Callable[[Any], Any]


class Prepared:
    """A statement with named parameters, made once and compiled once for each kind of database.

    What it is about goes by an index and is little, so that SQLite's answer is not waited for in another thread.
    """

    def __init__(self, statement: Statement) -> None:
        self.statement: Final = statement
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The names of what it brings."""
        return tuple(str(name) for name in self.statement.exported_columns.keys())  # noqa: SIM118 - not a mapping

    async def rows(self, connection: AsyncConnection, given: Given, *, is_little: bool = True) -> list[Row]:
        """What it brings, as values of ours. `is_little`: False where this time there may be much of it."""
        compiled = self._for(connection.dialect)
        found, _ = await _carry_out(connection, compiled, [given], is_little=is_little)
        return compiled.read(found)

    async def row(self, connection: AsyncConnection, given: Given) -> Row | None:
        """The only row, if there is one."""
        rows = await self.rows(connection, given)
        return rows[0] if rows else None

    async def change(self, connection: AsyncConnection, rows: Sequence[Given]) -> int:
        """Carry it out once for each of `rows`, which all give the same columns; how many rows it changed."""
        columns = tuple(rows[0]) if isinstance(self.statement, Insert) else ()
        _, changed = await _carry_out(connection, self._for(connection.dialect, columns), rows, is_little=True)
        return changed

    def named(self, row: Row) -> dict[str, Any]:
        """A row by the names of its columns."""
        return dict(zip(self.columns, row, strict=True))

    def _for(self, dialect: Dialect, columns: tuple[str, ...] = ()) -> "_Compiled":
        """`columns`: those that an INSERT gives."""
        key = (dialect.name, *columns)
        found = self._compiled.get(key)
        if found is None:
            found = self._compiled[key] = _Compiled(self.statement, dialect, columns)
        return found


class _Compiled:
    """What one kind of database is told, and how values become its own, and ours again."""

    def __init__(self, statement: Statement, dialect: Dialect, columns: tuple[str, ...]) -> None:
        how: dict[str, Any] = {"column_keys": columns, "for_executemany": True} if columns else {}
        compiled: Any = statement.compile(dialect=dialect, **how)
        if compiled.post_compile_params:
            raise ValueError("the number of its parameters changes each time")
        types = {name: one.type.dialect_impl(dialect) for name, one in compiled.binds.items()}
        self.sql = str(compiled)
        self._order: Sequence[str] | None = compiled.positiontup
        """Of parameters, where the driver takes them by position."""
        self._writes: dict[str, Convert | None] = {name: one.bind_processor(dialect) for name, one in types.items()}
        self._constants: dict[str, Any] = {}
        self._constants = self._converted({name: one.value for name, one in compiled.binds.items() if not one.required})
        found = () if isinstance(statement, Insert) else statement.exported_columns
        readers = (one.type.dialect_impl(dialect).result_processor(dialect, None) for one in found)
        self._reads = [(place, read) for place, read in enumerate(readers) if read is not None]

    def given(self, values: Given) -> Any:
        """The parameters as the driver takes them."""
        converted = self._converted(values)
        return converted if self._order is None else [converted[name] for name in self._order]

    def read(self, rows: list[Any]) -> list[Row]:
        return [self._read(row) for row in rows] if self._reads else rows

    def _read(self, row: Row) -> Row:
        values = list(row)
        for place, read in self._reads:
            values[place] = read(values[place])
        return values

    def _converted(self, values: Given) -> dict[str, Any]:
        converted = dict(self._constants)
        for name, value in values.items():
            write = self._writes[name]
            converted[name] = value if write is None else write(value)
        return converted


async def _carry_out(
    connection: AsyncConnection, compiled: _Compiled, given: Sequence[Given], *, is_little: bool
) -> tuple[list[Any], int]:
    """The rows as the driver gives them, and how many were changed. Raises what SQLAlchemy would."""
    driver: Any = connection.sync_connection.connection.dbapi_connection  # type: ignore[union-attr]
    values = [compiled.given(one) for one in given]
    try:
        if isinstance(driver, OneTripConnection):
            return await driver.carry_out(compiled.sql, values, is_little=is_little)
        return await _on_postgresql(driver.driver_connection, compiled.sql, values)
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            compiled.sql,
            None,
            error,
            connection.dialect.loaded_dbapi.Error,
            hide_parameters=True,
            dialect=connection.dialect,
        ) from error


async def _on_postgresql(driver: Any, sql: str, given: list[Any]) -> tuple[list[Any], int]:
    """`driver`: psycopg's connection."""
    cursor = driver.cursor()
    if len(given) == 1:
        await cursor.execute(sql, given[0], prepare=True)
    else:
        await cursor.executemany(sql, given)
    return await cursor.fetchall() if cursor.description else [], cursor.rowcount
