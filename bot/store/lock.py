"""One process per SQLite file: an OS lock beside it, released by any death."""

import fcntl
import os
from pathlib import Path


class AlreadyRunning(Exception):
    """Another process works on the same SQLite file."""


class FileLock:
    """Held from `take` until `release`, or until the process ends."""

    def __init__(self, database: Path) -> None:
        self._database = database.resolve()
        self._path = self._database.with_name(f"{self._database.name}.lock")
        self._file: int | None = None

    def take(self) -> None:
        """Raises AlreadyRunning when another process holds it."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(file)
            raise AlreadyRunning(
                f"Another Muster process works on {self._database}. Stop it first; "
                "several processes need PostgreSQL (MUSTER_DATABASE_URL=postgresql://…)."
            ) from None
        self._file = file

    def release(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
