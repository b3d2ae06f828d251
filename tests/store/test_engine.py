"""The two ways into the database: nothing is lost between transactions, and reading blocks nobody."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.store import AlreadyRunning, Database, DatabaseUnreachable, Store, WorkspaceRow
from bot.store.engine import RESTED
from bot.store.schema import transcript, workspaces
from tests.store.given import NOON, declare, declare_in, note

MANY = 100_000

FILL_TRANSCRIPT = text(
    """
    INSERT INTO transcript (workspace, channel, ts, text, posted_at, files, reactions, is_bot)
    WITH RECURSIVE counted (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < :many)
    SELECT 'T1', 'C1', CAST(n AS TEXT), 'a message', '2026-03-04 12:00:00', '[]', '[]', :no FROM counted
    """
)


@asynccontextmanager
async def processes(url: str, number: int) -> AsyncIterator[list[Store]]:
    """As many stores as processes would have: each with its own connections."""
    async with AsyncExitStack() as stack:
        stores = []
        for _ in range(number):
            database = await Database.open(url)
            stack.push_async_callback(database.close)
            stores.append(Store(database, WorkspaceId("T1")))
        yield stores


class PowerCut(Exception):
    """What ends a transaction half-way."""


async def declare_and_fail(store: Store) -> None:
    async with store.write() as tx:
        await declare_in(tx)
        raise PowerCut


def person(name: str) -> Profile:
    return Profile(SlackUserId("U1"), name)


async def name_of_person(store: Store) -> str | None:
    async with store.read() as tx:
        found = await tx.person(SlackUserId("U1"))
    return found.name if found else None


async def test_200_of_200_concurrent_read_then_write_transactions_survive(database_url: str, store: Store) -> None:
    number = await declare(store)

    async def count(own: Store) -> None:
        async with own.write() as tx:
            incident = await tx.load(number)
            assert incident is not None
            await tx.record(number, [note(f"after {incident.last_seq}")], NOON)

    async with processes(database_url, 2) as stores:
        await asyncio.gather(*(count(stores[turn % 2]) for turn in range(200)))

    async with store.read() as tx:
        recorded = await tx.timeline(number)
    assert [one.event for one in recorded[1:]] == [note(f"after {seq}") for seq in range(1, 201)]


async def test_racing_declares_get_references_of_their_own_without_a_gap(database_url: str, store: Store) -> None:
    async with processes(database_url, 2) as stores:
        numbers = await asyncio.gather(*(declare(stores[turn % 2]) for turn in range(10)))
    assert sorted(numbers) == list(range(1, 11))


async def test_a_declare_that_fails_leaves_no_gap(store: Store) -> None:
    with pytest.raises(PowerCut):
        await declare_and_fail(store)
    assert await declare(store) == 1


async def test_a_long_read_blocks_no_write_and_sees_none_of_them(store: Store) -> None:
    async with store.database.write() as connection:
        await connection.execute(FILL_TRANSCRIPT, {"many": MANY, "no": False})

    async with store.database.read() as connection:
        rows = await connection.stream(select(transcript.c.ts))
        assert await rows.fetchone() is not None
        async with asyncio.timeout(20):
            for turn in range(100):
                async with store.write() as tx:
                    await tx.keep_person(person(f"Dana {turn}"), NOON)
        read = 1
        async for part in rows.partitions(5_000):
            read += len(part)
        assert read == MANY
        assert (await connection.execute(text("SELECT count(*) FROM people"))).scalar_one() == 0

    assert await name_of_person(store) == "Dana 99"


async def test_a_read_cannot_write(store: Store) -> None:
    with pytest.raises(Exception, match=r"readonly|read-only"):
        async with store.database.read() as connection:
            await connection.execute(text("DELETE FROM people"))


async def test_a_read_is_one_snapshot(store: Store) -> None:
    async with store.read() as tx:
        before = await tx.incidents()
        await declare(store)
        assert await tx.incidents() == before == ()


async def test_an_exception_undoes_the_whole_transaction(store: Store) -> None:
    with pytest.raises(PowerCut):
        await declare_and_fail(store)
    async with store.read() as tx:
        assert (await tx.incidents(), await tx.outbox(), await tx.next_deadline_at()) == ((), (), None)


async def test_a_cancelled_transaction_is_undone_and_hinders_nobody(store: Store) -> None:
    began = asyncio.Event()

    async def endless() -> None:
        async with store.write() as tx:
            await tx.keep_person(person("Dana"), NOON)
            began.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(endless())
    await began.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await name_of_person(store) is None

    async with asyncio.timeout(20), store.write() as tx:
        await tx.keep_person(person("Bo"), NOON)
    assert await name_of_person(store) == "Bo"


async def test_transactions_cancelled_at_any_instant_leave_the_database_usable(store: Store) -> None:
    async def write(turn: int) -> None:
        async with store.write() as tx:
            await tx.keep_person(person(f"Dana {turn}"), NOON)

    for turn in range(40):
        task = asyncio.create_task(write(turn))
        for _ in range(turn):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])

    async with asyncio.timeout(20), store.write() as tx:
        await tx.keep_person(person("Bo"), NOON)
    assert await name_of_person(store) == "Bo"


async def test_delivery_is_woken_by_a_commit_that_queues_effects_and_by_no_other(store: Store) -> None:
    async with store.write() as tx:
        await tx.keep_person(person("Dana"), NOON)
    assert not store.wake.is_set()

    async with store.write() as tx:
        await declare_in(tx)
        assert not store.wake.is_set()
    assert store.wake.is_set()


async def test_delivery_is_not_woken_by_what_was_undone(store: Store) -> None:
    with pytest.raises(PowerCut):
        await declare_and_fail(store)
    assert not store.wake.is_set()


async def test_a_workspace_sees_nothing_of_another(store: Store) -> None:
    await declare(store)
    other = Store(store.database, WorkspaceId("T2"))
    async with other.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T2", "Other"))
    async with other.read() as tx:
        assert await tx.incidents(open_only=False) == ()
        assert await tx.outbox() == ()
        assert await tx.next_deadline_at() is None
    assert await declare(other) == 1
    assert await store.database.workspaces() == ["T1", "T2"]


async def test_sqlite_keeps_its_foreign_keys_and_waits_for_no_disk_within_a_commit(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    async with database.write() as connection:
        pragmas = [
            (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    await database.close()
    normal = 1  # what is acknowledged is on disk all the same: see test_group_commit.py
    assert pragmas == ["wal", normal, 1, 1500]


async def test_a_statement_on_sqlite_goes_to_the_connections_thread_once(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = await Database.open(sqlite_url)
    rows = [{"id": f"T{number}", "name": "Test"} for number in range(3)]
    ids = workspaces.c.id
    async with database.write() as connection:
        caplog.set_level("DEBUG", "aiosqlite")
        inserted = await connection.execute(workspaces.insert().returning(ids), rows)
        assert sorted(inserted.scalars()) == ["T0", "T1", "T2"]
        updated = await connection.execute(workspaces.update().where(ids != "T1").values(name="Other"))
        assert updated.rowcount == 2
        found = await connection.execute(select(ids, workspaces.c.name).order_by(ids))
        assert [row.name for row in found.mappings()] == ["Other", "Test", "Other"]
        with pytest.raises(IntegrityError, match="UNIQUE"):
            await connection.execute(workspaces.insert(), rows)
        trips = [record.message for record in caplog.records if record.message.startswith("executing")]
    await database.close()
    assert len(trips) == 4, trips


async def test_a_transaction_on_sqlite_takes_a_trip_for_each_statement_and_one_to_end(
    sqlite_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    database = await Database.open(sqlite_url)
    for enter in (database.write, database.read):
        async with enter():
            pass  # its connection is open now
        caplog.set_level("DEBUG", "aiosqlite")
        caplog.clear()
        async with enter() as connection:
            for _ in range(3):
                await connection.execute(select(workspaces.c.id))
        trips = [record.message for record in caplog.records if record.message.startswith("executing")]
        assert len(trips) == 4, trips
        caplog.set_level("INFO", "aiosqlite")
    await database.close()


async def test_what_is_streamed_is_of_the_same_snapshot_as_what_is_read_after_it(store: Store) -> None:
    async with store.database.read() as connection:
        assert await (await connection.stream(select(workspaces.c.name))).scalars().all() == ["Test"]
        async with store.write() as tx:
            await tx.keep_workspace(WorkspaceRow("T1", "Other"))
        assert (await connection.execute(select(workspaces.c.name))).scalars().all() == ["Test"]


async def test_one_process_at_a_time_works_on_a_sqlite_file(sqlite_url: str, tmp_path: Path) -> None:
    first = await Database.open(sqlite_url, exclusive=True)
    with pytest.raises(AlreadyRunning, match=str(tmp_path / "muster.db")):
        await Database.open(sqlite_url, exclusive=True)

    beside = await Database.open(sqlite_url, migrate=False)
    await beside.close()
    await first.close()
    after = await Database.open(sqlite_url, exclusive=True)
    await after.close()


async def test_a_link_to_the_file_is_the_same_file(sqlite_url: str, tmp_path: Path) -> None:
    first = await Database.open(sqlite_url, exclusive=True)
    link = tmp_path / "link.db"
    link.symlink_to(tmp_path / "muster.db")
    with pytest.raises(AlreadyRunning):
        await Database.open(f"sqlite+aiosqlite:///{link}", exclusive=True)
    await first.close()


async def test_several_processes_work_on_one_postgresql(postgres_url: str) -> None:
    first = await Database.open(postgres_url, exclusive=True)
    second = await Database.open(postgres_url, exclusive=True)
    await first.close()
    await second.close()


async def test_a_connection_that_was_cut_while_it_rested_is_opened_anew(postgres_url: str) -> None:
    database, other = await Database.open(postgres_url), await Database.open(postgres_url)
    for enter in (database.write, database.read):
        async with enter() as connection:
            backend = (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one()
        async with other.write() as connection:
            await connection.execute(text("SELECT pg_terminate_backend(:one)"), {"one": backend})
        await asyncio.sleep(RESTED)
        async with enter() as connection:
            assert (await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one() != backend
    await database.close()
    await other.close()


@pytest.mark.parametrize(
    "url",
    ["sqlite+aiosqlite:////nonexistent/folder/muster.db", "postgresql+psycopg://postgres@127.0.0.1:1/muster"],
)
async def test_a_database_that_cannot_be_reached_says_so(url: str) -> None:
    with pytest.raises(DatabaseUnreachable, match="does not answer"):
        await Database.open(url, exclusive=True)


async def test_a_busy_sqlite_file_fails_the_write_instead_of_losing_it(sqlite_url: str) -> None:
    first, second = await Database.open(sqlite_url), await Database.open(sqlite_url)
    async with first.write() as connection:
        await connection.execute(text("INSERT INTO workspaces (id, name) VALUES ('T1', 'Test')"))
        with pytest.raises(DatabaseUnreachable, match="Another process holds the file"):
            async with second.write() as late:
                await late.execute(text("DELETE FROM workspaces"))
    async with second.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM workspaces"))).scalar_one() == 1
    await first.close()
    await second.close()


async def test_a_sqlite_file_and_those_beside_it_are_for_their_owner_alone(tmp_path: Path) -> None:
    """The key that signs links to reviews is in it. One that was there keeps its mode; the doctor speaks of it."""
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}")
    async with database.read():
        files = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    await database.close()
    assert files == dict.fromkeys(("muster.db", "muster.db-wal", "muster.db-shm"), "0o600")
    (tmp_path / "muster.db").chmod(0o640)
    await (await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}")).close()
    assert oct((tmp_path / "muster.db").stat().st_mode & 0o777) == "0o640"
