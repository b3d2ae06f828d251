"""Searching the incidents of the past: the first look, which builds the index, and every later one."""

import random
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.config import policy_loading as policies
from bot.domain.ids import WorkspaceId
from bot.domain.timeline import IncidentClosed, IncidentResolved, Update, UpdatePosted
from bot.store import Database, Store, WorkspaceRow
from bot.workflows.context import Context
from bot.workflows.search_index import Question, SearchIndex
from tests.bench.figures import Figure, Unit, percentile
from tests.store.given import BO, NOON, declaration, minutes

PAST = 5_000
QUESTIONS = 300
SERVICES = ("checkout", "search", "payments", "login", "email", "billing", "catalogue", "basket", "images", "maps")
FAILURES = ("returns 500s", "is slow", "times out", "loses messages", "shows old prices", "is down in one region")
CAUSES = ("a full disk", "a small connection pool", "an expired certificate", "a bad deploy", "a lock on a table")
WORKSPACE = WorkspaceId("T1")


async def measure(folder: Path) -> list[Figure]:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'past.db'}", migrate=True)
    try:
        store = Store(database, WORKSPACE)
        dice = random.Random(7)  # noqa: S311 - the same incidents every time
        await _fill(store, dice)
        context = Context(store, policies.load(None), (), lambda: NOON + timedelta(days=30))
        search_index = SearchIndex(context, stale_after=0)
        began = time.perf_counter()
        await search_index.refresh()
        built = time.perf_counter() - began
        searches, alike = list[float](), list[float]()
        for _ in range(QUESTIONS):
            words = f"{dice.choice(SERVICES)} {dice.choice(FAILURES)} {dice.choice(CAUSES)}"
            began = time.perf_counter()
            await search_index.search(words)
            searches.append(time.perf_counter() - began)
            began = time.perf_counter()
            await search_index.alike(Question(words, dice.choice(SERVICES)))
            alike.append(time.perf_counter() - began)
    finally:
        await database.close()
    return [
        Figure(f"index of {PAST:,} past incidents, built anew", built, Unit.SECONDS),
        Figure("search, each after a look for what is new, p50", percentile(searches, 0.5) * 1000, Unit.MILLISECONDS),
        Figure("… p99", percentile(searches, 0.99) * 1000, Unit.MILLISECONDS, 50),
        Figure("… what looks alike, p99", percentile(alike, 0.99) * 1000, Unit.MILLISECONDS, 50),
    ]


async def _fill(store: Store, dice: random.Random) -> None:
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow(WORKSPACE, "Bench", "https://bench.example/", "UBOT"))
    for _ in range(PAST // 100):
        async with store.write() as tx:
            for _ in range(100):
                number = await tx.next_number()
                service, failure, cause = dice.choice(SERVICES), dice.choice(FAILURES), dice.choice(CAUSES)
                declared = replace(declaration(number), title=f"{service} {failure} again", service=service)
                said = Update(f"{service} {failure} for every third customer; it may be {cause}")
                events = (
                    declared,
                    UpdatePosted(at=NOON + minutes(5), by=BO, update=said),
                    IncidentResolved(at=NOON + minutes(20), by=BO, what=f"it was {cause}; restarted {service}"),
                    IncidentClosed(at=NOON + minutes(30), by=BO),
                )
                await tx.record(number, events, NOON)
