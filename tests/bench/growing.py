"""What an incident costs as it grows old: the same commands, effects and ticks at 10, 1,000 and 10,000 events.

Events are recorded straight into the database before the bot starts. What is measured is warm; folding the whole
timeline, which each process does once, is a figure of its own.
"""

import statistics
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.blocks.announce import announcement
from bot.blocks.card import card
from bot.config import policy_loading as policies
from bot.delivery.job import load_job
from bot.delivery.outcomes import Result
from bot.domain.effects import Announce, RefreshCard
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.timeline import AnyEvent, ChannelOpened, NoteAdded, Promise, Recorded, Update, UpdatePosted
from bot.domain.vocabulary import Place
from bot.jobs.deadlines import Deadlines
from bot.sandbox import Sandbox
from bot.store import Database, Store
from bot.workflows.context import Context
from tests.bench.company import PEOPLE, a_bot, a_slack
from tests.bench.figures import Figure, Unit
from tests.bench.growth_picture import draw
from tests.bench.postgres import a_postgres
from tests.store.given import declaration

AGES = (10, 1_000, 10_000)
"""Events of the incident."""
COLD = "folding once after a start"
TIMES = 41
FLAT = 1.5
"""Last divided by first, at the most."""
AT_ONCE = 1_000
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
PICTURE = Path("docs/growth.svg")
Medians = dict[str, dict[int, float]]
"""What is done → age → milliseconds."""


async def measure(folder: Path) -> list[Figure]:
    """Every act at every age, on each engine; the curve of SQLite is drawn anew."""
    figures = []
    sqlite = await _on(folder, f"sqlite+aiosqlite:///{folder / 'growing.db'}")
    draw({act: by_age for act, by_age in sqlite.items() if act != COLD}, PICTURE)
    figures += _figures(sqlite, "SQLite")
    async with a_postgres() as url:
        if url:
            figures += _figures(await _on(folder, url), "PostgreSQL")
    return figures


def _figures(medians: Medians, engine: str) -> list[Figure]:
    figures = []
    for act, by_age in medians.items():
        first, *later = AGES
        figures.append(Figure(f"{act} at {first} events, {engine}", by_age[first], Unit.MILLISECONDS))
        figures += [Figure(f"… at {age:,}", by_age[age], Unit.MILLISECONDS) for age in later]
        if act != COLD:
            figures.append(Figure("… last ÷ first", by_age[AGES[-1]] / by_age[first], Unit.RATIO, FLAT))
    return figures


async def _on(folder: Path, url: str) -> Medians:
    medians: Medians = {}
    async with a_slack(folder) as (sandbox, environment):
        environment["MUSTER_DATABASE_URL"] = url
        workspace = WorkspaceId(sandbox.team_id)
        async with a_bot(environment, folder):
            pass  # so that the tables and the workspace are there
        async with _store(url, workspace) as store:
            for number, age in enumerate(AGES, start=1):
                await _grow(store, IncidentNumber(number), age)
        async with a_bot(environment, folder):
            for number, age in enumerate(AGES, start=1):
                await _typed(sandbox, number, age, medians)
        async with _store(url, workspace) as store:
            for number, age in enumerate(AGES, start=1):
                await _inside(store, IncidentNumber(number), age, medians)
    return medians


@asynccontextmanager
async def _store(url: str, workspace: WorkspaceId) -> AsyncIterator[Store]:
    database = await Database.open(url, migrate=False)
    try:
        yield Store(database, workspace)
    finally:
        await database.close()


async def _grow(store: Store, number: IncidentNumber, age: int) -> None:
    """Notes and updates by turns, an hour long, without effects: nothing is waiting when the bot starts."""
    async with store.write() as tx:
        await tx.next_number()
        opened = ChannelOpened(at=NOW, channel=ChannelId(f"C{number}"), name=f"inc-{number}")
        await tx.record(number, [declaration(number), opened], NOW)
    for begin in range(2, age, AT_ONCE):
        events = tuple(_event(seq, age) for seq in range(begin, min(begin + AT_ONCE, age)))
        async with store.write() as tx:
            await tx.record(number, events, NOW)


def _event(seq: int, age: int) -> AnyEvent:
    at = NOW + timedelta(hours=1) * seq / age
    if seq % 2:
        return NoteAdded(at=at, by=SlackUserId("UDANA"), text=f"error rate {seq}, falling since the roll-back")
    far = Promise(at + timedelta(days=3650), at + timedelta(days=3600))
    return UpdatePosted(at=at, by=SlackUserId("UBO"), update=Update(f"attempt {seq} brought nothing"), next_update=far)


async def _typed(sandbox: Sandbox, number: int, age: int, medians: Medians) -> None:
    """From the command on the wire to its acknowledgement."""
    dana = sandbox.person(PEOPLE[0])

    async def note() -> None:
        answer = await dana.types(f"/incident INC-{number} note errors fall", in_="general")
        assert answer.ok, answer.text  # "Working on it…" on a machine that is busy: its time counts all the same

    async def status() -> None:
        answer = await dana.types(f"/incident INC-{number} status", in_="general")
        assert answer.ok, answer.text

    await _times("note", age, note, medians)
    await _times("status", age, status, medians)


async def _inside(store: Store, number: IncidentNumber, age: int, medians: Medians) -> None:
    """What a delivery and a tick do, without the network."""

    async def keep(_: Result) -> None:
        return None

    now = NOW + timedelta(days=4000)
    context = Context(store, policies.load(None), (), lambda: now)
    ticker = Deadlines(context, "bench", lambda: datetime.now(UTC))
    began = time.perf_counter()
    async with store.read() as tx:
        incident = await tx.incident(number)
        assert incident is not None
        assert incident.last_seq > age, "what was typed came on top of it"
        medians.setdefault(COLD, {})[age] = (time.perf_counter() - began) * 1000
        cause = (await tx.newest_events(number, 8))[0]
    assert isinstance(cause, Recorded)

    async def refresh() -> None:
        async with store.read() as tx:
            job = await load_job(tx, number, RefreshCard(Place.CHANNEL), None, "key", {}, keep)
        card(job.now, Place.CHANNEL)

    async def announce() -> None:
        async with store.read() as tx:
            job = await load_job(tx, number, Announce(cause.event), cause, "key", {}, keep)
        announcement(job.then, job.cause)

    async def owe() -> None:
        due = UpdatePosted(at=now, by=SlackUserId("UBO"), update=Update("x"), next_update=Promise(now))
        async with store.write() as tx:
            await tx.record(number, [due], now)

    async def tick() -> None:
        assert await ticker.tick() >= 1

    await refresh()
    await _times("card refresh", age, refresh, medians)
    await _times("delivery of an announcement", age, announce, medians)
    await owe()
    await ticker.tick()  # whatever else had become due
    await _times("tick with one deadline due", age, tick, medians, before=owe)


async def _times(
    act: str,
    age: int,
    do: Callable[[], Awaitable[None]],
    medians: Medians,
    before: Callable[[], Awaitable[None]] | None = None,
) -> None:
    """The median of many, in milliseconds."""
    took = []
    for _ in range(TIMES):
        if before is not None:
            await before()
        began = time.perf_counter()
        await do()
        took.append(time.perf_counter() - began)
    medians.setdefault(act, {})[age] = statistics.median(took) * 1000
