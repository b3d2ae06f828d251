"""What every test may ask for: databases of both engines."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import HealthCheck, settings
from structlog.contextvars import merge_contextvars
from structlog.dev import ConsoleRenderer
from structlog.processors import add_log_level

from bot.domain.ids import WorkspaceId
from bot.operator.tracebacks import without_values
from bot.store import Database, Store, WorkspaceRow
from tests import postgres

pytest_plugins = ["bot.sandbox.pytest", "pytester"]

structlog.configure(processors=[merge_contextvars, add_log_level, without_values, ConsoleRenderer(colors=False)])
"""As in production: structlog's own tracebacks, with all variables, take a second each, for which everything waits."""

gc.disable()  # until everything is loaded: it would go through it a dozen times meanwhile, and find nothing

settings.register_profile("muster", max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("muster")  # how fast an example runs depends on what else the machine does


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        postgres.share()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda one: one.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What is loaded now stays: without going through it, the garbage collector takes a tenth less of the time."""
    gc.collect()
    gc.freeze()
    gc.enable()


def pytest_unconfigure(config: pytest.Config) -> None:
    postgres.drop_empty()
    if not hasattr(config, "workerinput"):
        postgres.stop_server()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """`-n auto`: half as many again as there are processors, for many tests wait for a timer or another process."""
    return max(2, (os.cpu_count() or 1) * 3 // 2)


def nothing_may_be_skipped() -> bool:
    """In CI a missing part is a failure."""
    return os.environ.get("MUSTER_TEST_REQUIRE") == "all"


def _postgres(*, blank: bool) -> Iterator[str]:
    try:
        postgres.server_url()
    except postgres.NoPostgres as why:
        if nothing_may_be_skipped():
            pytest.fail(f"PostgreSQL is required here: {why}")
        pytest.skip(f"no PostgreSQL: {why}")
    with postgres.a_database(blank=blank) as url:
        yield url


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with our tables, to be copied: to make them takes a third of a second."""
    file = tmp_path_factory.mktemp("template") / "muster.db"

    async def make() -> None:
        await (await Database.open(f"sqlite+aiosqlite:///{file}", migrate=True)).close()

    asyncio.run(make())
    return file


@pytest.fixture
def sqlite_url(migrated_file: Path, tmp_path: Path) -> str:
    """A SQLite file with our tables."""
    shutil.copy(migrated_file, tmp_path / "muster.db")
    return f"sqlite+aiosqlite:///{tmp_path / 'muster.db'}"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """A PostgreSQL database with our tables."""
    yield from _postgres(blank=False)


@pytest.fixture(params=["sqlite", "postgres"])
def database_url(request: pytest.FixtureRequest) -> str:
    """A database of each engine."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture(params=["sqlite", "postgres"])
def blank_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of each engine without our tables."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path / 'blank.db'}"
        return
    yield from _postgres(blank=True)


@pytest.fixture
async def store(database_url: str) -> AsyncIterator[Store]:
    """The store of a workspace, on each engine."""
    database = await Database.open(database_url, migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    yield store
    await database.close()
