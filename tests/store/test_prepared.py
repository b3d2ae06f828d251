"""Prepared statements come to what SQLAlchemy makes of them, on both engines, and on SQLite go nowhere."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.store import Database, DatabaseUnreachable, Store, WorkspaceRow
from bot.store.people import PERSON
from bot.store.prepared import Prepared
from bot.store.schema import Instant
from tests.store.given import CHANNEL, NOON, declare, note

Enter = Callable[[], AbstractAsyncContextManager[AsyncConnection]]
THINGS = Table(
    "things_of_this_test",
    MetaData(),
    Column("name", String(20), primary_key=True),
    Column("at", Instant),
    Column("told", JSON),
    Column("is_new", Boolean),
    Column("raw", LargeBinary),
    Column("count", Integer),
)
t = THINGS.c
THING = Prepared(select(THINGS).where(t.name == bindparam("of")))
NEW = Prepared(select(t.name, t.at.is_(None)).where(t.is_new.is_(True), t.count > 1).order_by(t.name))
ADD = Prepared(insert(THINGS))
RAISE = Prepared(
    update(THINGS).where(t.count < bindparam("most")).values(count=t.count + bindparam("by")).returning(t.name, t.at)
)
FULL = {
    "name": "one",
    "at": datetime(2026, 3, 4, 12, 30, 0, 5, tzinfo=timezone(timedelta(hours=2))),
    "told": {"blocks": [1, None, "ü"]},
    "is_new": True,
    "raw": b"\x00\xff",
    "count": 7,
}
EMPTY = {"name": "two", "at": None, "told": None, "is_new": False, "raw": None, "count": None}


@pytest.fixture
async def database(blank_database_url: str) -> AsyncIterator[Database]:
    """With the things, and none of our tables."""
    database = await Database.open(blank_database_url, migrate=False)
    async with database.write() as connection:
        await connection.run_sync(THINGS.create)
    yield database
    await database.close()


async def test_values_are_given_and_taken_as_sqlalchemy_does_it(database: Database) -> None:
    async with database.write() as connection:
        assert await ADD.change(connection, [FULL, EMPTY]) in (2, 1)  # psycopg tells of the last
        await connection.execute(insert(THINGS), [{**FULL, "name": "three"}])
        by_sqlalchemy = {row.name: tuple(row) for row in await connection.execute(select(THINGS))}
        prepared = {name: await THING.row(connection, {"of": name}) for name in by_sqlalchemy}
    assert {name: tuple(row or ()) for name, row in prepared.items()} == by_sqlalchemy
    assert tuple(prepared["three"] or ())[1:] == tuple(prepared["one"] or ())[1:]
    assert THING.named(prepared["one"] or ()) == {**FULL, "at": datetime(2026, 3, 4, 10, 30, 0, 5, tzinfo=UTC)}


async def test_what_a_statement_says_itself_needs_no_giving(database: Database) -> None:
    async with database.write() as connection:
        await ADD.change(connection, [FULL])
        await ADD.change(connection, [{"name": "two", "is_new": True, "count": 2}])
        await ADD.change(connection, [EMPTY | {"name": "three"}])
        assert [tuple(row) for row in await NEW.rows(connection, {})] == [("one", False), ("two", True)]
        assert await THING.row(connection, {"of": "nothing"}) is None


async def test_a_change_says_what_it_changed(database: Database) -> None:
    async with database.write() as connection:
        await ADD.change(connection, [FULL])
        changed = await RAISE.rows(connection, {"most": 10, "by": 5})
        assert [tuple(row) for row in changed] == [("one", FULL["at"])]
        assert await RAISE.change(connection, [{"most": 13, "by": 5}]) == 1
        assert await RAISE.change(connection, [{"most": 13, "by": 5}]) == 0
    async with database.read() as connection:
        assert THING.named(await THING.row(connection, {"of": "one"}) or ())["count"] == 17


async def add_twice(database: Database, row: dict[str, Any]) -> None:
    async with database.write() as connection:
        await ADD.change(connection, [row])
        await ADD.change(connection, [row])


async def test_what_is_refused_is_raised_as_sqlalchemy_does_it_and_tells_no_values(database: Database) -> None:
    with pytest.raises(IntegrityError) as refused:
        await add_twice(database, {**FULL, "told": "a secret"})
    assert "secret" not in str(refused.value)
    async with database.write() as connection:
        assert await THING.row(connection, {"of": "one"}) is None
        await connection.run_sync(THINGS.drop)
    with pytest.raises((OperationalError, ProgrammingError)):
        async with database.read() as connection:
            await THING.row(connection, {"of": "one"})


async def test_a_number_of_parameters_that_changes_is_no_prepared_statement(database: Database) -> None:
    several = Prepared(select(t.name).where(t.name.in_(bindparam("of", expanding=True))))
    async with database.read() as connection:
        with pytest.raises(ValueError, match="number of its parameters"):
            await several.rows(connection, {"of": ["one"]})


async def ask_while_cut(enter: Enter, other: Database, person: dict[str, str]) -> None:
    async with enter() as connection:
        backend = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with other.write() as cutting:
            await cutting.execute(text("SELECT pg_terminate_backend(:one)"), {"one": backend})
        await PERSON.row(connection, person)


async def test_a_connection_that_was_cut_is_not_used_again(postgres_url: str) -> None:
    database, other = await Database.open(postgres_url), await Database.open(postgres_url)
    person = {"workspace": "T1", "user": "U1"}
    for enter in (database.write, database.read):
        with pytest.raises(DatabaseUnreachable):
            await ask_while_cut(enter, other, person)
        async with enter() as connection:
            assert await PERSON.row(connection, person) is None
    await database.close()
    await other.close()


def trips(caplog: pytest.LogCaptureFixture) -> list[str]:
    """To the threads of SQLite's connections, since this was asked last."""
    found = [record.message for record in caplog.records if record.message.startswith("executing")]
    caplog.clear()
    return found


@pytest.mark.parametrize(("mode", "expected"), [("wal", (0, 1)), ("delete", (3, 6))])
async def test_beside_a_log_only_what_may_wait_is_done_in_a_thread(
    sqlite_url: str, caplog: pytest.LogCaptureFixture, tmp_path: Path, mode: str, expected: tuple[int, int]
) -> None:
    """To commit. Without a log, everything."""
    changed = sqlite3.connect(tmp_path / "muster.db")
    changed.execute(f"PRAGMA journal_mode={mode}")
    changed.close()
    database = await Database.open(sqlite_url, migrate=False)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test"))
        await tx.keep_person(Profile(SlackUserId("U1"), "Dana"), NOON)
    number = await declare(store)
    caplog.set_level("DEBUG", "aiosqlite")
    caplog.clear()

    async with store.read() as looking:
        assert await looking.person(SlackUserId("U1")) is not None
        assert await looking.number_of_channel(CHANNEL) is None
    reading = trips(caplog)
    async with store.write() as tx:
        assert await tx.answered("a request") is None
        await tx.load(number)
        await tx.record(number, [note()], NOON)
        assert await tx.summary(number) is not None
    writing = trips(caplog)

    caplog.set_level("INFO", "aiosqlite")
    await database.close()
    assert (len(reading), len(writing)) == expected, (reading, writing)


async def test_who_waits_to_begin_holds_up_nobody_else(sqlite_url: str) -> None:
    """Another process writes: whoever reads meanwhile is answered."""
    database = await Database.open(sqlite_url)
    store = Store(database, WorkspaceId("T1"))
    elsewhere: Any = sqlite3.connect(sqlite_url.removeprefix("sqlite+aiosqlite:///"), isolation_level=None)
    elsewhere.execute("BEGIN IMMEDIATE")

    async def write() -> bool:
        async with store.write() as tx:
            return await tx.answered("a request") is None

    writing = asyncio.create_task(write())
    async with store.read() as looking:
        assert await looking.person(SlackUserId("U1")) is None
    assert not writing.done()
    elsewhere.execute("COMMIT")
    elsewhere.close()
    assert await writing
    await database.close()


async def test_who_is_cancelled_in_a_long_question_waits_for_nobody_and_leaves_nothing_open(sqlite_url: str) -> None:
    """The answer is still being looked for in the connection's thread when the transaction is given up."""
    database = await Database.open(sqlite_url)
    counting = text(
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500000) SELECT max(i) FROM n"
    )
    began = asyncio.Event()

    async def count() -> None:
        async with database.read() as connection:
            assert await PERSON.row(connection, {"workspace": "T1", "user": "U1"}) is None
            began.set()
            await connection.execute(counting)

    asking = asyncio.create_task(count())
    await began.wait()
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert asking.cancelled()
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_person(Profile(SlackUserId("U1"), "Dana"), NOON)
    async with store.read() as looking:
        assert await looking.person(SlackUserId("U1")) == Profile(SlackUserId("U1"), "Dana")
    await database.close()
