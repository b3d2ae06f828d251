"""One look at the deadlines, with many incidents open and ten times as many closed."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert

from bot.config import policy_loading as policies
from bot.domain.ids import WorkspaceId
from bot.domain.vocabulary import DeadlineKind, DeadlineStep, Priority, Status
from bot.jobs.deadlines import Deadlines
from bot.store import Database, Store
from bot.store.schema import deadlines, incidents
from bot.workflows.context import Context
from tests.bench.figures import Figure, Unit, percentile
from tests.bench.postgres import a_postgres

OPEN, CLOSED = 10_000, 100_000
TICKS = 100
AT_ONCE = 5_000
"""Rows of one insert."""
NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
WORKSPACE = WorkspaceId("T1")
Row = dict[str, Any]


async def measure(folder: Path) -> list[Figure]:
    """Nothing is due: that is what almost every tick finds. First without the closed incidents, then with them."""
    found = await _on(f"sqlite+aiosqlite:///{folder / 'ticks.db'}", "SQLite")
    async with a_postgres() as url:
        return [*found, *(await _on(url, "PostgreSQL") if url else [])]


async def _on(url: str, engine: str) -> list[Figure]:
    database = await Database.open(url, migrate=True)
    try:
        context = Context(Store(database, WORKSPACE), policies.load(None), (), lambda: NOW)
        ticker = Deadlines(context, "bench", lambda: datetime.now(UTC))
        await _fill(database, range(OPEN), is_over=False)
        without = await _ticks(ticker)
        await _fill(database, range(OPEN, OPEN + CLOSED), is_over=True)
        beside = await _ticks(ticker)
    finally:
        await database.close()
    return [
        Figure(f"one tick, {OPEN:,} open, {engine}, p50", percentile(without, 0.5) * 1000, Unit.MILLISECONDS, 20),
        Figure(f"… and {CLOSED:,} closed, p50", percentile(beside, 0.5) * 1000, Unit.MILLISECONDS, 20),
        Figure(f"… and {CLOSED:,} closed, p99", percentile(beside, 0.99) * 1000, Unit.MILLISECONDS, 20),
    ]


async def _ticks(ticker: Deadlines) -> list[float]:
    """Seconds of each."""
    found = []
    for _ in range(TICKS):
        began = time.perf_counter()
        fired = await ticker.tick()
        found.append(time.perf_counter() - began)
        assert fired == 0
    return found


async def _fill(database: Database, numbers: range, *, is_over: bool) -> None:
    """Rows of the two projections, written directly: folding so many timelines is not what is measured."""
    for begin in range(numbers.start, numbers.stop, AT_ONCE):
        some = range(begin, min(begin + AT_ONCE, numbers.stop))
        async with database.write() as connection:
            await connection.execute(insert(incidents), [_incident(number + 1, is_over) for number in some])
            await connection.execute(
                insert(deadlines), [row for number in some for row in _deadlines(number + 1, is_over)]
            )


def _incident(number: int, is_over: bool) -> Row:
    return {
        "workspace": WORKSPACE,
        "number": number,
        "title": "checkout returns 500s",
        "status": (Status.CLOSED if is_over else Status.INVESTIGATING).value,
        "priority": Priority.P2.value,
        "is_private": False,
        "is_drill": False,
        "is_over": is_over,
        "declared_by": "U1",
        "declared_at": NOW - timedelta(hours=1),
        "channel": f"C{number}",
        "over_at": NOW if is_over else None,
        "last_seq": 5,
    }


def _deadlines(number: int, is_over: bool) -> Iterator[Row]:
    """An acknowledgement that was given, and an update that is due in an hour or was cancelled by the closing."""
    given, cancelled = NOW - timedelta(minutes=50), NOW if is_over else None
    due_at = NOW + timedelta(hours=1, seconds=number % 3600)
    for kind, step, done_at, cancelled_at in (
        (DeadlineKind.ACKNOWLEDGE, DeadlineStep.OVERDUE, given, None),
        (DeadlineKind.UPDATE, DeadlineStep.REMIND, None, cancelled),
        (DeadlineKind.UPDATE, DeadlineStep.OVERDUE, None, cancelled),
    ):
        yield {
            "workspace": WORKSPACE,
            "incident": number,
            "kind": kind.value,
            "step": step.value,
            "set_by": 1,
            "due_at": due_at,
            "promised_at": due_at,
            "done_at": done_at,
            "cancelled_at": cancelled_at,
        }
