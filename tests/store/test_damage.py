"""A disk that is full, a file that is read-only, gone, or damaged: said, and nothing is written over it."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.store import Database, DatabaseUnreachable, Store
from tests.store.given import NOON

INDEX = "ix_inbox_seen_at"
FILL = text(
    "INSERT INTO transcript (workspace, channel, ts, text, posted_at, files, reactions, is_bot) "
    "VALUES ('T1', 'C1', :ts, :words, '2026-03-04 12:00:00', '[]', '[]', false)"
)


async def write(database: Database, ts: str, size: int = 10) -> None:
    async with database.write() as connection:
        await connection.execute(FILL, {"ts": ts, "words": "x" * size})


async def written(database: Database) -> list[str]:
    async with database.read() as connection:
        rows = await connection.execute(text("SELECT ts, text FROM transcript ORDER BY ts"))
        return [ts for ts, _ in rows]


async def pragma(database: Database, statement: str) -> int:
    """On the connection that writes; there is one as long as nobody writes at the same time."""
    async with database._writer.connect() as connection:
        found = await connection.execute(text(f"PRAGMA {statement}"))
        return int(found.scalar_one()) if found.returns_rows else 0


async def test_what_does_not_fit_is_said_and_what_was_there_stays_readable(sqlite_url: str) -> None:
    """https://www.sqlite.org/pragma.html#pragma_max_page_count"""
    database = await Database.open(sqlite_url)
    await write(database, "1")
    await pragma(database, f"max_page_count={await pragma(database, 'page_count')}")
    with pytest.raises(DatabaseUnreachable, match=r"SQLITE_FULL.*There is no space left"):
        await write(database, "2", 1_000_000)
    assert "no space left" in str(database.away)
    assert database.away_for > 0
    assert await written(database) == ["1"]
    assert database.away, "that it can be read does not make it well"
    await pragma(database, "max_page_count=1000000")
    await write(database, "3", 1_000_000)
    assert database.away_for == 0.0
    assert await written(database) == ["1", "3"]
    await database.close()


ON_A_FULL_DISK = """
import asyncio, resource, sys
from pathlib import Path
from bot.store import Database, DatabaseUnreachable
from tests.store.test_damage import write, written

async def main(url, log):
    database = await Database.open(url)
    await write(database, "1")
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (Path(log).stat().st_size, hard))
    for ts in ("2", "3"):
        try:
            await write(database, ts)
        except DatabaseUnreachable as error:
            print("away:", error)
    print("well" if database.away is None else "away", await written(database))
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    await write(database, "4")
    print("well" if database.away is None else "away", await written(database))
    await database.close()

asyncio.run(main(*sys.argv[1:]))
"""


def test_a_disk_that_takes_no_more_keeps_what_was_acknowledged_and_is_well_again_with_room(
    sqlite_url: str, tmp_path: Path
) -> None:
    """A real limit, of the process alone: no file may grow, as on a disk that is full."""
    done = subprocess.run(
        [sys.executable, "-c", ON_A_FULL_DISK, sqlite_url, str(tmp_path / "muster.db-wal")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    told = [line for line in done.stdout.splitlines() if line.startswith(("away", "well"))]
    assert len(told) == 4, done.stdout + done.stderr
    assert all("The disk does not answer" in line or "no space left" in line for line in told[:2]), told
    assert told[2:] == ["away ['1']", "well ['1', '4']"]


async def test_a_file_that_may_only_be_read_is_said(sqlite_url: str) -> None:
    database = await Database.open(sqlite_url)
    await pragma(database, "query_only=ON")
    with pytest.raises(DatabaseUnreachable, match=r"SQLITE_READONLY.*The file cannot be written to"):
        await write(database, "1")
    assert await written(database) == []
    await database._writer.dispose()
    await write(database, "2")
    assert (database.away_for, await written(database)) == (0.0, ["2"])
    await database.close()


async def test_a_file_that_was_moved_or_replaced_is_noticed_and_no_other_takes_its_place(
    sqlite_url: str, tmp_path: Path
) -> None:
    file, elsewhere = tmp_path / "muster.db", tmp_path / "elsewhere.db"
    shutil.copy(file, tmp_path / "another.db")
    database = await Database.open(sqlite_url)
    await write(database, "1")
    file.rename(elsewhere)
    with pytest.raises(DatabaseUnreachable, match="not where it was"):
        await write(database, "2")
    assert not file.exists(), "an empty one would look like a beginning"
    shutil.copy(tmp_path / "another.db", file)
    with pytest.raises(DatabaseUnreachable, match="another has taken its place"):
        await write(database, "2")
    assert file.read_bytes() == (tmp_path / "another.db").read_bytes()
    elsewhere.rename(file)
    await write(database, "3")
    assert (database.away_for, await written(database)) == (0.0, ["1", "3"])
    await database.close()


def damage(file: Path, table: str) -> None:
    """Overwrite the first page of a table with what is no page."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    with file.open("r+b") as pages:
        pages.seek((page - 1) * size)
        pages.write(b"\xff" * size)


async def test_a_damaged_file_is_found_at_the_start_and_left_as_it_is(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "muster.db"
    damage(file, "transcript")
    before = file.read_bytes()
    with pytest.raises(DatabaseUnreachable, match=r"file is damaged.*put a backup in its place"):
        await Database.open(sqlite_url, exclusive=True)
    assert file.read_bytes() == before


async def test_a_page_that_is_damaged_while_we_work_ends_the_writing(sqlite_url: str, tmp_path: Path) -> None:
    file = tmp_path / "muster.db"
    database = await Database.open(sqlite_url)
    store = Store(database, WorkspaceId("T1"))
    damage(file, "transcript")
    before = file.read_bytes()
    with pytest.raises(DatabaseUnreachable, match=r"SQLITE_CORRUPT.*nothing is written to it any more"):
        await written(database)
    with pytest.raises(DatabaseUnreachable, match="put a backup in its place"):
        async with store.write() as tx:
            await tx.keep_person(Profile(SlackUserId("U1"), "Dana"), NOON)
    assert "damaged" in str(database.away)
    await database.close()
    assert file.read_bytes() == before


def forget(file: Path, index: str = INDEX) -> None:
    """Add a row that an index does not know."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA writable_schema=ON")
        known = connection.execute("SELECT * FROM sqlite_schema WHERE name = ?", (index,)).fetchone()
        connection.execute("DELETE FROM sqlite_schema WHERE name = ?", (index,))
        connection.commit()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(
            "INSERT INTO inbox (workspace, sender_id, seen_at) VALUES ('T1', '1', '2026-03-04 12:00:00')"
        )
        connection.execute("PRAGMA writable_schema=ON")
        connection.execute("INSERT INTO sqlite_schema VALUES (?, ?, ?, ?, ?)", known)
        connection.commit()


async def test_what_only_a_close_look_finds_is_found_by_the_doctor_and_stops_no_start(
    sqlite_url: str, tmp_path: Path
) -> None:
    forget(tmp_path / "muster.db")
    database = await Database.open(sqlite_url, exclusive=True)
    assert (await database.damage())[0] == f"row 1 missing from index {INDEX}"
    await database.close()


async def test_postgresql_sees_to_its_own(postgres_url: str) -> None:
    database = await Database.open(postgres_url)
    assert await database.damage() == []
    await database.close()
