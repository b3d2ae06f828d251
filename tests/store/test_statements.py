"""A statement is compiled once for each kind of database, whoever asks it."""

from typing import Any

from sqlalchemy import Column, Integer, MetaData, Select, Table, event, insert, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store import Database
from bot.store.statements import Statements

NUMBERS = Table("numbers_of_this_test", MetaData(), Column("number", Integer))
BELOW_TEN: Select[int] = select(NUMBERS.c.number).where(NUMBERS.c.number < 10)


async def compiled_for(connection: AsyncConnection) -> tuple[Any, list[int]]:
    """What was run for the statement, and what it brought."""
    ran: list[Any] = []

    def remember(*told: Any) -> None:
        ran.append(told[4].compiled)

    event.listen(connection.sync_connection, "before_cursor_execute", remember)
    found = list((await connection.execute(BELOW_TEN)).scalars())
    event.remove(connection.sync_connection, "before_cursor_execute", remember)
    (one,) = ran
    return one, found


async def test_what_the_writer_compiled_is_run_by_the_reader_and_by_other_databases(
    blank_database_url: str, postgres_url: str
) -> None:
    """With the rows of the one that is asked, and in the words of its own kind."""
    database, other = [await Database.open(one, migrate=False) for one in (blank_database_url, postgres_url)]
    for each, rows in ((database, (1, 20)), (other, (2, 3))):
        async with each.write() as connection:
            await connection.run_sync(NUMBERS.create)
            await connection.execute(insert(NUMBERS), [{"number": row} for row in rows])
    async with database.write() as writing:
        written = await compiled_for(writing)
    async with database.read() as reading, other.read() as elsewhere:
        read, far = await compiled_for(reading), await compiled_for(elsewhere)
    await database.close()
    await other.close()
    assert (written[1], read[1], far[1]) == ([1], [1], [2, 3])
    assert read[0] is written[0]
    assert (far[0] is written[0]) is not database.is_sqlite


def test_those_used_last_are_kept() -> None:
    kept = Statements(2)
    one, other = sqlite.dialect(), sqlite.dialect()
    compiled = BELOW_TEN.compile(dialect=one)
    for number in range(10):
        kept[one, number] = compiled
    assert kept.get((other, 9)) is compiled
    assert kept.get((other, 0)) is None
    assert len(kept) <= 3
