"""The database's files are their owner's alone, from the first moment on, and also where they were not before."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.store import Database
from bot.store.owner_only import keep_to_owner, open_to_others


@pytest.fixture(autouse=True)
def lax_umask() -> Iterator[None]:
    before = os.umask(0o000)
    yield
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    return {path.name: oct(path.stat().st_mode & 0o777) for path in folder.iterdir()}


async def test_database_wal_and_lock_are_created_for_their_owner_alone(tmp_path: Path) -> None:
    database = await Database.open(f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}", migrate=True, exclusive=True)
    try:
        names = {"muster.db", "muster.db-wal", "muster.db-shm", "muster.db.lock"}
        assert modes(tmp_path) == dict.fromkeys(names, "0o600")
    finally:
        await database.close()


def test_a_file_is_its_owners_from_the_moment_it_is_there(tmp_path: Path) -> None:
    keep_to_owner(tmp_path / "muster.db", is_ours=False)
    assert modes(tmp_path) == {"muster.db": "0o600"}


async def test_files_that_others_may_read_are_taken_from_them(tmp_path: Path) -> None:
    file = tmp_path / "muster.db"
    file.touch(0o666)
    assert open_to_others(file) == ["muster.db"]
    database = await Database.open(f"sqlite+aiosqlite:///{file}", migrate=True, exclusive=True)
    try:
        assert set(modes(tmp_path).values()) == {"0o600"}
        assert open_to_others(file) == []
    finally:
        await database.close()
