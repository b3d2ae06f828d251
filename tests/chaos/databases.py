"""What becomes of a database while Muster works on it."""

import asyncio
import os
import signal
import sqlite3
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

import psycopg
from sqlalchemy import make_url

CUT = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
ONE_OF_THEM = "SELECT pid FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() LIMIT 1"


class BrokenPostgres:
    """One database of a server of our own on this machine."""

    def __init__(self, url: str) -> None:
        parsed = make_url(url)
        self._name = str(parsed.database)
        self._server = f"postgresql://{parsed.username}@{parsed.host}:{parsed.port}/postgres"

    @property
    def ways(self) -> Mapping[str, Callable[[float], Awaitable[None]]]:
        return {"database_cut": self._cut, "database_away": self._away, "database_crash": self._crash}

    async def _cut(self, _: float) -> None:
        """Every connection ends."""
        await self._ask(CUT)

    async def _away(self, seconds: float) -> None:
        """The same, and no new one is taken for a while."""
        await self._allow(False)
        try:
            await self._ask(CUT)
            await asyncio.sleep(seconds)
        finally:
            await self._allow(True)

    async def _crash(self, _: float) -> None:
        """The server itself starts anew: it does so when one of its processes is killed, as its memory may be
        damaged."""
        for pid in await self._ask(ONE_OF_THEM):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    async def _allow(self, is_allowed: bool) -> None:
        await self._ask(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS {is_allowed}', named=False)

    async def _ask(self, query: str, *, named: bool = True) -> list[int]:
        """Again until the server answers, which may just be starting anew."""
        async with asyncio.timeout(30):
            while True:
                try:
                    return await asyncio.to_thread(self._asked, query, (self._name,) if named else None)
                except psycopg.OperationalError:
                    await asyncio.sleep(0.1)

    def _asked(self, query: str, values: tuple[str] | None) -> list[int]:
        with psycopg.connect(self._server, autocommit=True) as connection:
            cursor = connection.execute(query.encode(), values)
            return [int(row[0]) for row in cursor.fetchall()] if cursor.description else []


class BrokenSqlite:
    """One file."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def ways(self) -> Mapping[str, Callable[[float], Awaitable[None]]]:
        return {"database_locked": self._lock}

    async def _lock(self, seconds: float) -> None:
        """Another program holds the lock of writers, as somebody does who looks into the file and forgets it."""
        await asyncio.to_thread(self._held, seconds)

    def _held(self, seconds: float) -> None:
        """With patience: Muster, which writes all the time, and whoever else forgot it have their turns too."""
        connection = sqlite3.connect(self._file, timeout=120, isolation_level=None)
        try:
            connection.execute("BEGIN IMMEDIATE")
            time.sleep(seconds)
            connection.execute("ROLLBACK")
        finally:
            connection.close()
