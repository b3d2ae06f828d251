"""What is acknowledged on SQLite is on disk, though many commits share one sync."""

import asyncio
import errno
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.store import Database, DatabaseUnreachable, Store, WorkspaceRow
from bot.store.group_commit import Sync, to_disk
from tests.store.given import NOON

PAGES_OF_A_LOG = 1_000
"""After so many SQLite copies the log into the database, and begins it anew:
https://www.sqlite.org/pragma.html#pragma_wal_autocheckpoint"""


class Disk:
    """What a machine would find after a power cut: what stood in the files when the last successful sync began."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.log = file.with_name(f"{file.name}-wal")
        self.kept = file.with_name("kept.db")
        self.syncs = 0
        self.fails = False
        self.takes = 0.0
        """Seconds of a sync, as on a disk that is slower than the commits are."""

    def sync(self, descriptor: int) -> None:
        assert os.path.samestat(os.fstat(descriptor), self.log.stat())
        begun = [(path.read_bytes(), end) for path, end in ((self.file, ""), (self.log, "-wal"))]
        if self.fails:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        to_disk(descriptor)
        time.sleep(self.takes)
        for content, end in begun:
            self.kept.with_name(f"{self.kept.name}{end}").write_bytes(content)
        self.syncs += 1

    def people(self) -> set[str]:
        """Who is there after the power cut."""
        with sqlite3.connect(self.kept) as found:
            names = {name for (name,) in found.execute("SELECT name FROM people")}
        found.close()
        return names


@pytest.fixture
def disk(sqlite_url: str, tmp_path: Path) -> Disk:
    return Disk(tmp_path / "muster.db")


async def opened(url: str, sync: Sync) -> Store:
    store = Store(await Database.open(url, sync=sync), WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    return store


async def keep(store: Store, name: str) -> None:
    async with store.write() as tx:
        await tx.keep_person(Profile(SlackUserId(name), name), NOON)


async def name_of(store: Store, user: str) -> str | None:
    async with store.read() as tx:
        found = await tx.person(SlackUserId(user))
    return found.name if found else None


async def test_no_write_returns_before_a_sync_that_began_after_its_commit(sqlite_url: str, disk: Disk) -> None:
    store = await opened(sqlite_url, disk.sync)
    before = disk.syncs

    async def acknowledged(name: str) -> None:
        await keep(store, name)
        assert name in disk.people()

    await acknowledged("U0")
    disk.takes = 0.05
    await asyncio.gather(*(acknowledged(f"U{number}") for number in range(1, 41)))
    await store.database.close()
    assert before + 1 < disk.syncs < before + 21, "one for several commits"


async def test_what_is_acknowledged_survives_the_log_being_begun_anew(sqlite_url: str, disk: Disk) -> None:
    """Also commits that wait for their sync while another one copies the log into the database."""
    store = await opened(sqlite_url, disk.sync)
    async with store.database.write() as connection:
        await connection.execute(text("CREATE TABLE filling (body TEXT)"))
    page = (await _pragma(store, "page_size")) - 100

    async def filled(pages: int) -> None:
        async with store.database.write() as connection:
            for _ in range(pages):
                await connection.execute(text("INSERT INTO filling VALUES (:body)"), {"body": "x" * page})

    async def acknowledged(name: str) -> None:
        await keep(store, name)
        assert name in disk.people()

    sizes = []
    for turn in range(6):
        names = [f"U{turn}-{number}" for number in range(5)]
        await asyncio.gather(
            *(acknowledged(name) for name in names[:2]),
            filled(PAGES_OF_A_LOG // 3),
            *(acknowledged(name) for name in names[2:]),
        )
        sizes.append(disk.log.stat().st_size)
    await store.database.close()
    assert sizes[-1] < 2 * PAGES_OF_A_LOG * (page + 124), "it was begun anew meanwhile"
    assert len(disk.people()) == 30


async def _pragma(store: Store, name: str) -> int:
    async with store.database.write() as connection:
        found: int = (await connection.execute(text(f"PRAGMA {name}"))).scalar_one()
    return found


async def test_whoever_finds_what_is_not_on_disk_yet_waits_for_it_too(sqlite_url: str, disk: Disk) -> None:
    """A delivery that comes twice is answered from the first one's commit."""
    going_on = asyncio.Event()
    loop = asyncio.get_running_loop()

    def slow(descriptor: int) -> None:
        asyncio.run_coroutine_threadsafe(going_on.wait(), loop).result()
        disk.sync(descriptor)

    going_on.set()
    store = await opened(sqlite_url, slow)
    going_on.clear()
    first = asyncio.create_task(keep(store, "U1"))
    while await name_of(store, "U1") is None:
        await asyncio.sleep(0.001)

    async def found() -> None:
        async with store.write() as tx:
            assert await tx.person(SlackUserId("U1")) is not None

    second = asyncio.create_task(found())
    await asyncio.wait({first, second}, timeout=0.1)
    assert not first.done()
    assert not second.done()
    going_on.set()
    await asyncio.gather(first, second)
    await store.database.close()


async def test_nothing_is_acknowledged_once_the_disk_has_failed(sqlite_url: str, disk: Disk) -> None:
    store = await opened(sqlite_url, disk.sync)
    disk.fails = True
    results = await asyncio.gather(*(keep(store, f"U{number}") for number in range(5)), return_exceptions=True)
    assert [type(one) for one in results] == [DatabaseUnreachable] * 5
    assert "Input/output error" in str(results[0])

    disk.fails = False  # the kernel would say so, and not have written what failed
    with pytest.raises(DatabaseUnreachable, match="did not keep"):
        await keep(store, "U9")
    assert await name_of(store, "U9") is None
    with pytest.raises(DatabaseUnreachable, match="did not keep"):
        await store.database.revision_is_current()
    await store.database.close()

    store = await opened(sqlite_url, disk.sync)
    await keep(store, "U9")
    assert {"U0", "U9"} <= disk.people(), "what was not acknowledged may be there, and is then whole"
    await store.database.close()


async def test_who_stops_waiting_takes_nobody_with_them(sqlite_url: str, disk: Disk) -> None:
    store = await opened(sqlite_url, disk.sync)
    writes = [asyncio.create_task(keep(store, f"U{number}")) for number in range(20)]
    await asyncio.sleep(0.005)
    for write in writes[::2]:
        write.cancel()
    results = await asyncio.gather(*writes, return_exceptions=True)
    assert all(one is None for one in results[1::2])
    assert {f"U{number}" for number in range(1, 20, 2)} <= disk.people()
    await store.database.close()


async def test_a_log_that_sqlite_removed_is_not_synced_in_place_of_the_new_one(sqlite_url: str, disk: Disk) -> None:
    """It does so when the last connection is closed, as after a driver's error."""
    store = await opened(sqlite_url, disk.sync)
    await keep(store, "U1")
    await store.database._writer.dispose()
    await store.database._reader.dispose()
    assert not disk.log.exists()
    await keep(store, "U2")
    assert disk.people() == {"U1", "U2"}
    await store.database.close()


async def test_a_log_that_was_left_is_put_into_the_database_at_the_start(
    sqlite_url: str, disk: Disk, tmp_path: Path
) -> None:
    store = await opened(sqlite_url, disk.sync)
    await keep(store, "U1")
    left = tmp_path / "left.db"
    for end in ("", "-wal"):
        shutil.copy(f"{disk.file}{end}", f"{left}{end}")
    await store.database.close()
    database = await Database.open(f"sqlite+aiosqlite:///{left}", exclusive=True)
    assert Path(f"{left}-wal").stat().st_size == 0
    assert await name_of(Store(database, WorkspaceId("T1")), "U1") == "U1"
    await database.close()


@pytest.mark.parametrize(("mode", "synchronous"), [("wal", 1), ("delete", 2)])
async def test_sqlite_itself_waits_for_the_disk_where_there_is_no_log(
    sqlite_url: str, disk: Disk, mode: str, synchronous: int
) -> None:
    """As on a file system that does not bear one. https://www.sqlite.org/pragma.html#pragma_synchronous"""
    changed = sqlite3.connect(disk.file)
    changed.execute(f"PRAGMA journal_mode={mode}")
    changed.close()
    syncs: list[int] = []
    counted: Callable[[int], None] = syncs.append
    database = await Database.open(sqlite_url, migrate=False, sync=counted)
    async with database.write() as connection:
        assert (await connection.execute(text("PRAGMA synchronous"))).scalar_one() == synchronous
    await database.close()
    assert len(syncs) == (mode == "wal")
