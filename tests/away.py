"""A database that goes away while Muster works on it, and comes back."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing

import psycopg
from sqlalchemy import make_url

CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@asynccontextmanager
async def away(url: str) -> AsyncIterator[None]:
    """While the body runs: of SQLite somebody else holds the lock, of PostgreSQL every connection is cut, and no new
    one taken."""
    parsed = make_url(url)
    name = str(parsed.database)
    if parsed.get_backend_name() == "sqlite":
        holding = await asyncio.to_thread(_held, name)
        try:
            yield
        finally:
            holding.execute("ROLLBACK")
            holding.close()
        return
    server = parsed.set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    await asyncio.to_thread(_allow, server, name, is_allowed=False)
    try:
        yield
    finally:
        await asyncio.to_thread(_allow, server, name, is_allowed=True)


def _held(file: str) -> sqlite3.Connection:
    connection = sqlite3.connect(file, timeout=20, isolation_level=None, check_same_thread=False)
    connection.execute("BEGIN IMMEDIATE")
    return connection


def _allow(server: str, name: str, *, is_allowed: bool) -> None:
    with closing(psycopg.connect(server, autocommit=True)) as connection:
        connection.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {is_allowed}'.encode())
        if not is_allowed:
            connection.execute(CUT_OFF, (name,))
