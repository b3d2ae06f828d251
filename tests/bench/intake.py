"""Messages per second into the transcript, each durable before it is acknowledged."""

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.config import policy_loading as policies
from bot.domain.ids import ChannelId, MessageTs, SlackUserId, WorkspaceId
from bot.domain.transcript import Message, MessagePosted, SlackEvent
from bot.store import Database, Store, WorkspaceRow
from bot.workflows.context import Context
from bot.workflows.intake import Intake
from tests.bench.figures import Figure, Unit
from tests.bench.postgres import a_postgres
from tests.store.given import CHANNEL, declare_with_channel

MESSAGES = 20_000
AT_ONCE = 100
"""Deliveries that wait for their acknowledgement at the same time."""
STARTS_AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
TEXT = "Error rate on checkout is at 14 %, the graph shows a step at 02:56, right after the deploy of the gateway. "


async def measure(folder: Path) -> list[Figure]:
    """On a SQLite file, and on a PostgreSQL that waits for its disk."""
    figures = [await _measure("SQLite", f"sqlite+aiosqlite:///{folder / 'intake.db'}", 1000)]
    async with a_postgres() as url:
        if url:
            figures.append(await _measure("PostgreSQL", url, None))
    return figures


async def _measure(engine: str, url: str, budget: float | None) -> Figure:
    database = await Database.open(url, migrate=True)
    try:
        store = Store(database, WorkspaceId("T1"))
        async with store.write() as tx:
            await tx.keep_workspace(WorkspaceRow("T1", "Bench", "https://bench.example/", "UBOT"))
        await declare_with_channel(store)
        context = Context(store, policies.load(None), (), lambda: STARTS_AT)
        intake, events = Intake(context), _events()
        began = time.perf_counter()
        await asyncio.gather(*(_take(intake, events) for _ in range(AT_ONCE)))
        seconds = time.perf_counter() - began
        async with store.read() as tx:
            kept = len(await tx.transcript(CHANNEL))
        assert kept == MESSAGES, f"{kept} of {MESSAGES} were kept"
    finally:
        await database.close()
    return Figure(f"transcript intake, durable, {engine}", MESSAGES / seconds, Unit.PER_SECOND, budget)


async def _take(intake: Intake, events: Iterator[SlackEvent]) -> None:
    """One delivery after the other, as one connection would bring them."""
    for event in events:
        await intake.take(event)


def _events() -> Iterator[SlackEvent]:
    for number in range(MESSAGES):
        yield SlackEvent(f"Ev{number:08}", MessagePosted(a_message(CHANNEL, number)))


def a_message(channel: ChannelId, number: int) -> Message:
    """A message of ordinary length; they come a second apart."""
    at = STARTS_AT + timedelta(seconds=number)
    return Message(channel, MessageTs(f"{at.timestamp():.6f}"), SlackUserId(f"U{number % 20:03}"), TEXT, at)
