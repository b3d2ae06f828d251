"""`/incident metrics` over half a year with 10,000 incidents, as somebody asks for it who may know of all but some."""

import gc
import random
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.config import policy_loading as policies
from bot.domain.actor import Person
from bot.domain.ids import SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.door.caller import Caller, Door
from bot.store import Database, Store, WorkspaceRow
from bot.store.schema import incidents
from bot.verbs.perform import perform
from bot.verbs.reading import ShowMetrics
from bot.verbs.verb import Dependencies
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.bench.figures import Figure, Unit, percentile
from tests.bench.postgres import a_postgres
from tests.store.given import BO, NOON

MANY = 10_000
TIMES = 11
LENGTH = timedelta(days=90)
WORKSPACE = WorkspaceId("T1")


async def measure(folder: Path) -> list[Figure]:
    figures = [await _on(f"sqlite+aiosqlite:///{folder / 'metrics.db'}", "SQLite")]
    async with a_postgres() as url:
        if url:
            figures.append(await _on(url, "PostgreSQL"))
    return figures


async def _on(url: str, engine: str) -> Figure:
    database = await Database.open(url, migrate=True)
    try:
        store = Store(database, WORKSPACE)
        await fill(store)
        gc.collect()
        gc.freeze()  # as `muster run` does with what it has loaded
        context = Context(store, policies.load(None), (), lambda: NOON)
        dependencies = Dependencies(context, SearchIndex(context), known)
        times = []
        for turn in range(TIMES):
            began = time.perf_counter()
            found = await perform(dependencies, Caller(Person(BO), Door("bench"), f"{turn}"), ShowMetrics(LENGTH))
            times.append(time.perf_counter() - began)
            assert found.whole.incidents > MANY / 3
    finally:
        await database.close()
    figure = percentile(times, 0.5) * 1000
    return Figure(f"metrics over {MANY:,} incidents, {engine}, p50", figure, Unit.MILLISECONDS, 100)


async def known(user: SlackUserId) -> Profile:
    return Profile(user, "Bo")


async def fill(store: Store, many: int = MANY, length: timedelta = 2 * LENGTH) -> None:
    """So many incidents, declared at any time within that length."""
    dice = random.Random(7)  # noqa: S311 - the same incidents every time
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow(WORKSPACE, "Bench", "https://bench.example/", "UBOT"))
        await tx.keep_person(Profile(BO, "Bo"), NOON)
    rows = [_row(number, NOON - length * dice.random(), dice) for number in range(1, many + 1)]
    async with store.database.write() as connection:
        for first in range(0, many, MANY):
            await connection.execute(incidents.insert(), rows[first : first + MANY])


def _row(number: int, declared_at: datetime, dice: random.Random) -> dict[str, Any]:
    """An incident of which all is measured; one of twenty is private, one of twenty a drill."""
    minutes = sorted(dice.randrange(1, 600) for _ in range(4))
    ends = ("acknowledged_at", "first_update_at", "mitigated_at", "resolved_at")
    return {
        "workspace": WORKSPACE,
        "number": number,
        "title": f"checkout returns 500s, {number}",
        "status": "closed",
        "priority": dice.choice(("P1", "P2", "P3", "P4")),
        "category": dice.choice(("outage", "degradation", "security", None)),
        "service": dice.choice(("checkout", "search", "payments", "login", None)),
        "is_private": number % 20 == 0,
        "is_listed": False,
        "is_drill": number % 20 == 10,
        "is_over": True,
        "declared_at": declared_at,
        "channel": f"C{number}",
        "last_seq": 12,
        "updates_due": 4,
        "updates_on_time": dice.randrange(5),
        "times_reopened": dice.randrange(2),
        "was_escalated": number % 3 == 0,
        **{f"kept_{name}": dice.random() < 0.8 for name in ("acknowledge", "update_first", "mitigate", "resolve")},
        **{end: declared_at + timedelta(minutes=after) for end, after in zip(ends, minutes, strict=True)},
    }
