"""`muster backup`: a copy of SQLite's file, also beside a running bot."""

import asyncio
import os
import sqlite3
from contextlib import closing
from pathlib import Path

from bot.operator.commands import DONE, NO, OWNER_ALONE, SQLITE, WRONG, NotPossible, is_there, say, settings_or_stop

PAGES = 4096
"""Copied at once. In between, whoever writes has their turn; the copy is of one moment all the same."""
NOT_SQLITE = "Only SQLite's file is copied by Muster. For PostgreSQL: `pg_dump --format=custom muster > muster.dump`."


async def backup(out: Path) -> int:
    """Copy the database to `out`, and check the copy. Raises NotPossible."""
    url = settings_or_stop().database_url
    if not url.startswith(SQLITE):
        raise NotPossible(WRONG, NOT_SQLITE)
    if not is_there(url):
        raise NotPossible(NO, "There is no database yet; start the bot once with `muster run`.")
    size = await asyncio.to_thread(_copied, Path(url.removeprefix(SQLITE)), out)
    say(f"Written to {out}: {size / 1_000_000:.1f} MB, checked.")
    return DONE


def _copied(source: Path, out: Path) -> int:
    """The copy's bytes. What is in it is as private as the incidents, so it is its owner's alone from the first byte
    on; until it is whole and checked it has another name. Raises NotPossible."""
    part = out.with_name(f"{out.name}.part")
    if out.exists():
        raise NotPossible(WRONG, f"{out} is there already and was left as it is. Choose another name.")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ALONE))
        part.chmod(OWNER_ALONE)
        with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as live, closing(sqlite3.connect(part)) as to:
            live.backup(to, pages=PAGES, sleep=0.01)
            to.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
            (found,) = to.execute("PRAGMA quick_check(1)").fetchone()
        if found != "ok":
            raise NotPossible(NO, f"The database is damaged ({found}). Nothing was written; keep your older backups.")
        with part.open("rb") as file:
            os.fsync(file.fileno())
        part.replace(out)
    except sqlite3.DatabaseError as error:
        raise NotPossible(NO, f"The database could not be copied: {error}. Keep your older backups.") from None
    except OSError as error:
        raise NotPossible(NO, f"{out} could not be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    return out.stat().st_size
