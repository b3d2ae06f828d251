"""How late nags are when a thousand fall due in one second, and how soon a dead replica's work is taken over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.app import TICK
from bot.config import policy_loading as policies
from bot.domain.declaration import Declaration, declare
from bot.domain.ids import IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.timeline import AcknowledgementOverdue
from bot.domain.vocabulary import Priority
from bot.jobs.deadlines import LEASE, Deadlines
from bot.store import Database, Store, WorkspaceRow
from bot.workflows.context import Context
from tests.bench.figures import Figure, Unit, percentile
from tests.bench.postgres import a_postgres

DUE = 1_000
WITHIN = timedelta(seconds=1)
AHEAD = timedelta(seconds=25)
"""Time to declare them all before the first is due."""
POLICY = policies.load(None)
WORKSPACE = WorkspaceId("T1")


def now() -> datetime:
    return datetime.now(UTC)


async def measure(folder: Path) -> list[Figure]:
    found = await _lateness(f"sqlite+aiosqlite:///{folder / 'nags.db'}", "SQLite")
    async with a_postgres() as url:
        if url:
            found += await _lateness(url, "PostgreSQL")
    async with a_postgres() as url:
        if url:
            found.append(await _takeover(url))
    return found


@asynccontextmanager
async def _a_store(url: str) -> AsyncIterator[Store]:
    database = await Database.open(url, migrate=True)
    try:
        store = Store(database, WORKSPACE)
        async with store.write() as tx:
            await tx.keep_workspace(WorkspaceRow(WORKSPACE, "Bench", "https://bench.example/", "UBOT"))
        yield store
    finally:
        await database.close()


async def _declare(store: Store, due_at: datetime) -> None:
    """One whose command is to be accepted by that instant; nothing is delivered, so its effects only wait."""
    at = due_at - POLICY.priorities[Priority.P1].acknowledge_within
    async with store.write() as tx:
        number: IncidentNumber = await tx.next_number()
        report = Declaration("checkout returns 500s", priority=Priority.P1)
        decision = declare(number, SlackUserId("U1"), report, at, POLICY, ())
        await tx.record(number, decision.events, at)


async def _lateness(url: str, engine: str) -> list[Figure]:
    """From the time it was due until it was recorded, with a tick each second as in production."""
    async with _a_store(url) as store:
        first = now() + AHEAD
        for place in range(DUE):
            await _declare(store, first + WITHIN * (place / DUE))
        await _ticking(store, until=first + WITHIN)
        late = [seconds for number in range(1, DUE + 1) for seconds in await _recorded(store, number)]
    assert len(late) == DUE
    return [
        Figure(f"{DUE:,} nags due in one second, {engine}, late by p50", percentile(late, 0.5), Unit.SECONDS),
        Figure("… p99", percentile(late, 0.99), Unit.SECONDS, 1.5),
    ]


async def _ticking(store: Store, until: datetime) -> None:
    """The loop of the bot, until nothing is due any more."""
    deadlines = Deadlines(Context(store, POLICY, (), now), "bench", now)
    running = asyncio.create_task(deadlines.run())
    while now() < until or await _is_behind(store, until):
        deadlines.wake()
        with suppress(TimeoutError):
            async with asyncio.timeout(TICK.total_seconds()):
                await asyncio.shield(running)
    deadlines.stop()
    await running


async def _is_behind(store: Store, until: datetime) -> bool:
    async with store.read() as tx:
        return await tx.overdue_deadlines(until) > 0


async def _recorded(store: Store, number: int) -> list[float]:
    async with store.read() as tx:
        timeline = await tx.timeline(IncidentNumber(number))
    return [
        (one.recorded_at - one.event.due_at).total_seconds()
        for one in timeline
        if isinstance(one.event, AcknowledgementOverdue)
    ]


async def _takeover(url: str) -> Figure:
    """A replica claims what is due and is gone; how long until another has acted on it."""
    async with _a_store(url) as store:
        due_at = now()
        await _declare(store, due_at)
        async with store.write() as tx:
            assert await tx.claim_deadlines("dead", now(), now(), LEASE)
        died_at = now()
        await _ticking(store, until=died_at)
        (late,) = await _recorded(store, 1)
    return Figure("a killed replica's claim, taken over after", late, Unit.SECONDS, LEASE.total_seconds() + 1.5)
