"""The dashboard's trends with 100,000 incidents of four years, as somebody asks who may read all but the private ones;
up to the drawn charts."""

import gc
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.config import policy_loading as policies
from bot.domain.actor import Person
from bot.domain.trends import Selection
from bot.door.caller import Caller, Door
from bot.store import Database, Store
from bot.verbs.perform import perform
from bot.verbs.trends import ListBehind, ShowTrends
from bot.verbs.verb import Dependencies
from bot.web.trend_pages import Names, charts, tiles
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.bench.figures import Figure, Unit, percentile
from tests.bench.measuring import WORKSPACE, fill, known
from tests.store.given import BO, NOON

MANY = 100_000
LENGTH = timedelta(days=4 * 365)
SPANS = (30, 90, 365)
TIMES = 11
DAY = timedelta(days=1)


async def measure(folder: Path) -> list[Figure]:
    database = await Database.open(f"sqlite+aiosqlite:///{folder / 'trends.db'}", migrate=True)
    try:
        store = Store(database, WORKSPACE)
        await fill(store, MANY, LENGTH)
        gc.collect()
        gc.freeze()  # as `muster run` does with what it has loaded
        context = Context(store, policies.load(None), (), lambda: NOON)
        dependencies = Dependencies(context, SearchIndex(context), known)
        found = []
        for days in SPANS:
            wanted = Selection(first=NOON.date() - (days - 1) * DAY, last=NOON.date())
            page, behind = partial(_page, dependencies, wanted), partial(_behind, dependencies, wanted)
            found += await _timed(f"trends of {days} days, {MANY:,} incidents, SQLite, p95", page)
            found += await _timed("… the list behind a figure, p95", behind)
        return found
    finally:
        await database.close()


async def _page(dependencies: Dependencies, wanted: Selection, turn: int) -> None:
    found = await perform(dependencies, _caller(turn), ShowTrends(wanted))
    assert found.whole.incidents > MANY * wanted.days / LENGTH.days / 2
    assert tiles(found)
    assert all(one.chart.drawing for one in charts(found, Names({})))


async def _behind(dependencies: Dependencies, wanted: Selection, turn: int) -> None:
    assert (await perform(dependencies, _caller(turn), ListBehind(wanted, "late"))).summaries


def _caller(turn: int) -> Caller:
    return Caller(Person(BO), Door("bench"), f"{turn}")


async def _timed(name: str, act: Callable[[int], Awaitable[None]]) -> list[Figure]:
    took, computed = [], []
    for turn in range(TIMES):
        began, had = time.perf_counter(), time.process_time()
        await act(turn)
        took.append(time.perf_counter() - began)
        computed.append(time.process_time() - had)
    return [
        Figure(name, percentile(took, 0.95) * 1000, Unit.MILLISECONDS, 300),
        Figure("… processor time, p50", percentile(computed, 0.5) * 1000, Unit.MILLISECONDS),
    ]
