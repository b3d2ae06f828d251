"""From a command on the wire to its acknowledgement, with twenty people typing at once; beside it, a bare Bolt app."""

import asyncio
import sys
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.sandbox import Sandbox
from tests.bench.company import PEOPLE, a_bot, a_slack
from tests.bench.figures import Figure, Unit, percentile
from tests.bench.postgres import a_postgres

ROUNDS = 11
PAUSE = 1.0
"""Seconds until a declared incident has come to rest."""
CONNECTED_WITHIN = 20.0
"""Seconds."""


async def measure(folder: Path) -> list[Figure]:
    """Notes, in each round on another incident: all twenty want the same lock, and each is durable before its ack."""
    figures = await _on(folder, f"sqlite:///{folder / 'muster.db'}", "SQLite")
    async with a_postgres() as url:
        if url:
            figures += await _on(folder, url, "PostgreSQL")
    return figures


async def _on(folder: Path, url: str, engine: str) -> list[Figure]:
    """Muster, then the bare app, on one local Slack."""
    async with a_slack(folder) as (sandbox, environment):
        environment["MUSTER_DATABASE_URL"] = url
        async with a_bot(environment, folder):
            muster = await _rounds(sandbox, is_muster=True)
        await sandbox.until(lambda: sandbox.connections == 0, timeout=CONNECTED_WITHIN)
        async with _a_bare_app(sandbox, environment):
            bare = await _rounds(sandbox, is_muster=False)
    return [
        Figure(f"command → ack, 20 at once, {engine}, p50", percentile(muster, 0.5), Unit.MILLISECONDS),
        Figure("… p99", percentile(muster, 0.99), Unit.MILLISECONDS, 100),
        Figure("… a bare Bolt app on the same local Slack, p50", percentile(bare, 0.5), Unit.MILLISECONDS),
        Figure("… p99", percentile(bare, 0.99), Unit.MILLISECONDS),
    ]


async def _rounds(sandbox: Sandbox, *, is_muster: bool) -> list[float]:
    """Milliseconds of every command but the first round's, which warms up."""
    times: list[float] = []
    for number in range(1, ROUNDS + 1):
        if is_muster:
            await sandbox.person(PEOPLE[0]).types("/incident declare --anyway checkout returns 500s", in_="general")
            await asyncio.sleep(PAUSE)
        round_ = await asyncio.gather(*(_note(sandbox, name, number) for name in PEOPLE))
        times += round_ if number > 1 else []
    return times


async def _note(sandbox: Sandbox, name: str, number: int) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    answer = await sandbox.person(name).types(f"/incident INC-{number} note errors fall since 14:02", in_="general")
    seconds = time.perf_counter() - began
    assert answer.ok, answer.text
    return seconds * 1000


@asynccontextmanager
async def _a_bare_app(sandbox: Sandbox, environment: dict[str, str]) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.bare_bolt", cwd=Path.cwd(), env=environment, stdout=DEVNULL, stderr=DEVNULL
    )
    try:
        await sandbox.until(lambda: sandbox.connections > 0, timeout=CONNECTED_WITHIN)
        yield
    finally:
        process.terminate()
        await process.wait()
