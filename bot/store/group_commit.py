"""Commits to a SQLite file that share the disk's work.

With `synchronous=FULL` SQLite waits for the disk within each commit, while it holds the lock that all writers need:
of twenty commands at once, the last waited for twenty syncs. With `synchronous=NORMAL` a commit is written to the
write-ahead log and not waited for; the log is synced here, after the lock was given back, once for all commits that
have come meanwhile. A commit is acknowledged only after a sync that began after it, so the promise is the same.

What SQLite itself syncs in that mode (https://www.sqlite.org/pragma.html#pragma_synchronous): the log before a
checkpoint copies it into the database, the database before the log is begun anew, and the head of a new log. So at any
instant all that was synced here stands in the log or in the database.
"""

import asyncio
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

Sync = Callable[[int], None]
"""Waits until the disk has what was written to a file, given by its descriptor. Raises OSError."""

to_disk: Sync = getattr(os, "fdatasync", os.fsync)
"""macOS knows no fdatasync."""


class NotOnDisk(Exception):
    """The disk did not keep what was written last."""


class FileGone(Exception):
    """The database's file is not where it was, or another has taken its place: what is written now would be lost. Put
    it back, or start Muster again with the file that is to be used."""

    def __init__(self) -> None:
        super().__init__(" ".join((self.__doc__ or "").split()))


class GroupCommit:
    """The write-ahead log of one SQLite file, open for as long as the database is.

    It stays open because Linux tells a failed write once to each descriptor that was open then, and SQLite keeps silent
    about a checkpoint that failed. After one failure nothing is acknowledged any more: the kernel takes pages that it
    could not write for written, so that a second sync succeeds without them.
    """

    def __init__(self, database: Path, sync: Sync) -> None:
        self._database = database.resolve()
        self._was = self._database.stat()
        self._path = self._database.with_name(f"{self._database.name}-wal")
        self._sync = sync
        self._file: int | None = None
        self._thread = ThreadPoolExecutor(1, "wal")
        self._committed = 0
        self._synced = 0
        """The number of the last commit that is on disk."""
        self._under_way: asyncio.Future[None] | None = None
        self._failure: str | None = None

    def check(self) -> None:
        """Raises NotOnDisk once a sync has failed."""
        if self._failure is not None:
            raise NotOnDisk(self._failure)

    def ready(self) -> None:
        """To be called before each commit, when the log is there. Raises NotOnDisk once a sync has failed; FileGone.

        Where all connections were closed, SQLite has removed the log, and what stood in it is in the database, synced.
        """
        self.check()
        try:
            if not os.path.samestat(self._database.stat(), self._was):
                raise FileGone
            if self._file is None or not os.path.samestat(self._path.stat(), os.fstat(self._file)):
                self._put_away()
                self._file = _opened(self._path)
        except FileNotFoundError:
            raise FileGone from None

    def committed(self) -> int:
        """The number of a commit, to be asked for before another one begins.

        One without changes counts too: what it found, and answers from, may be a commit that is not on disk yet.
        """
        self._committed += 1
        return self._committed

    async def on_disk(self, commit: int) -> None:
        """Return when that commit and all before it are on disk. Raises NotOnDisk."""
        while self._synced < commit:
            self.check()
            if self._under_way is None:
                self._under_way = self._begun()
            await asyncio.wait({self._under_way})  # whoever is cancelled here cancels nobody else's sync

    def close(self) -> None:
        self._put_away()
        self._thread.shutdown()

    def _put_away(self) -> None:
        if self._file is not None:
            self._thread.submit(os.close, self._file)  # after the sync that may be under way on it
            self._file = None

    def _begun(self) -> asyncio.Future[None]:
        assert self._file is not None  # noqa: S101 - `ready` opened it before there was a commit
        sync = asyncio.get_running_loop().run_in_executor(self._thread, self._sync, self._file)
        sync.add_done_callback(partial(self._ended, self._committed))
        return sync

    def _ended(self, covered: int, sync: asyncio.Future[None]) -> None:
        """`covered`: the last commit before the sync began."""
        self._under_way = None
        if sync.cancelled():
            return
        error = sync.exception()
        if error is None:
            self._synced = covered
            return
        reason = error.strerror if isinstance(error, OSError) else type(error).__name__
        self._failure = f"The disk did not keep what was written last: {reason}."
        log.critical("database.not_on_disk", file=self._path.name, why=reason)


def _opened(path: Path) -> int:
    """Also makes sure that a power cut leaves the file's name in its folder."""
    file = os.open(path, os.O_RDWR)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return file
