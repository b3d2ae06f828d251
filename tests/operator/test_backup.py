"""`muster backup`: of one moment, beside whoever writes, checked, private, and never over something that is there."""

import asyncio
import json
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.ids import WorkspaceId
from bot.store import Database, Store, WorkspaceRow
from tests.muster import muster
from tests.store.given import declare_with_channel


async def filled(url: str) -> None:
    database = await Database.open(url, migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test"))
    await declare_with_channel(store)
    await database.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    asyncio.run(filled(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"))
    return tmp_path


def test_a_copy_that_is_made_while_somebody_writes_is_a_whole_database(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "muster.db", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE workspaces SET name = 'half done'")
        made = muster("backup", "copy.db", cwd=folder)
        writer.execute("ROLLBACK")
    assert (made.returncode, "checked" in made.stderr) == (0, True)
    assert stat.S_IMODE((folder / "copy.db").stat().st_mode) == 0o600
    assert not list(folder.glob("copy.db?*"))

    restored = folder / "restored"
    restored.mkdir()
    (folder / "copy.db").rename(restored / "muster.db")
    told = [muster("export", "incidents", "--format", "json", cwd=place).stdout for place in (folder, restored)]
    assert told[0] == told[1]
    assert json.loads(told[0])


def test_what_is_there_is_left_as_it_is(folder: Path) -> None:
    (folder / "copy.db").write_text("yesterday's", encoding="utf-8")
    refused = muster("backup", "copy.db", cwd=folder)
    assert (refused.returncode, "Choose another name" in refused.stderr) == (2, True)
    assert (folder / "copy.db").read_text(encoding="utf-8") == "yesterday's"


def test_a_damaged_database_is_told_and_nothing_is_left_behind(folder: Path) -> None:
    whole = (folder / "muster.db").read_bytes()
    (folder / "muster.db").write_bytes(whole[: len(whole) // 2] + b"\xff" * 4096 + whole[len(whole) // 2 + 4096 :])
    refused = muster("backup", "copy.db", cwd=folder)
    assert (refused.returncode, "eep your older backups" in refused.stderr) == (1, True)
    assert not list(folder.glob("copy.db*"))


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "words"),
    [
        (["nowhere/copy.db"], {}, 1, "could not be written: No such file or directory"),
        (["copy.db"], {"MUSTER_DATABASE_URL": "postgresql://h/muster"}, 2, "pg_dump"),
        (["copy.db"], {"MUSTER_DATABASE_URL": "sqlite:///other.db"}, 1, "There is no database yet"),
    ],
)
def test_what_cannot_be_copied_says_what_to_do(
    arguments: list[str], environment: dict[str, str], code: int, words: str, folder: Path
) -> None:
    refused = muster("backup", *arguments, cwd=folder, **environment)
    assert (refused.returncode, words in refused.stderr) == (code, True), refused.stderr
    assert not (folder / "other.db").exists()
