"""The API over HTTP with 10,000 incidents: a page of the list, one incident, and a note, as one program asks."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from sqlalchemy import update

from bot.config import policy_loading as policies
from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.ids import WorkspaceId
from bot.domain.people import Profile
from bot.door.caller import Caller, Door
from bot.door.token import Scope, Token, digest_of, mint
from bot.store import Database, Store
from bot.store.schema import incidents, workspaces
from bot.verbs.perform import perform
from bot.verbs.requests import Declare
from bot.verbs.verb import Dependencies as Verbs
from bot.web.api.limits import Limits
from bot.web.api.route import Dependencies
from bot.web.api.server import Api
from bot.web.readiness import Readiness
from bot.web.server import Web
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.bench.figures import Figure, Unit, percentile
from tests.bench.measuring import MANY, WORKSPACE, fill
from tests.bench.postgres import a_postgres
from tests.store.given import BO, NOON

TIMES = 300
WARM = 20
LAST = f"INC-{MANY + 1}"


async def measure(folder: Path) -> list[Figure]:
    figures = await _on(f"sqlite+aiosqlite:///{folder / 'api.db'}", "SQLite")
    async with a_postgres() as url:
        if url:
            figures += await _on(url, "PostgreSQL")
    return figures


async def _on(url: str, engine: str) -> list[Figure]:
    database = await Database.open(url, migrate=True)
    try:
        store = Store(database, WorkspaceId(WORKSPACE))
        await fill(store)
        async with database.write() as connection:
            await connection.execute(update(workspaces).values(last_number=MANY))
            await connection.execute(update(incidents).values(is_over=True, over_at=NOON))
        return await _served(store, engine)
    finally:
        await database.close()


async def _served(store: Store, engine: str) -> list[Figure]:
    """Of a person who is in none of the private channels."""
    context = Context(store, policies.load(None), (), lambda: NOON)
    verbs = Verbs(context, SearchIndex(context), known)
    await perform(verbs, Caller(Person(BO), Door("bench"), "1"), Declare(Declaration("checkout returns 500s"), True))
    name = f"API with {MANY:,} incidents"
    async with asking(verbs) as asks:

        async def notes(turn: int) -> None:
            await asks("POST", f"incidents/{LAST}/note", text=f"note {turn}")

        return [
            *await timed(f"{name}, list 50, {engine}", 50, lambda _: asks("GET", "incidents?limit=50")),
            *await timed(f"{name}, show, {engine}", 25, lambda _: asks("GET", f"incidents/{LAST}")),
            *await timed(f"{name}, note, {engine}", 50, notes),
        ]


@asynccontextmanager
async def asking(verbs: Verbs) -> AsyncIterator[Callable[..., Awaitable[None]]]:
    """The API at work, and a program that asks it."""
    minted = mint()
    token = Token(minted.id, "bench", Person(BO), frozenset({Scope.READ, Scope.WRITE}), datetime.now(UTC))
    async with verbs.context.store.write() as tx:
        await tx.keep_token(token, digest_of(minted.text))
    web = Web("127.0.0.1", 0, _ready, api=Api(Limits(time.monotonic, burst=10**9)))
    web.api.dependencies = Dependencies(verbs, known, lambda _: None, lambda: datetime.now(UTC))
    headers = {"Authorization": f"Bearer {minted.text}"}
    async with (
        web.running(),
        aiohttp.ClientSession(f"http://127.0.0.1:{web.port}", headers=headers) as session,
    ):

        async def asks(method: str, path: str, status: int = 200, **body: str) -> None:
            sent = body or None
            async with session.request(method, f"/api/v1/{path}", json=sent) as response:
                await response.read()
                assert response.status == status, response.status

        yield asks


async def timed(name: str, budget: float | None, ask: Callable[[int], Awaitable[None]]) -> list[Figure]:
    times, used = [], 0.0
    for turn in range(WARM + TIMES):
        if turn == WARM:
            used = time.process_time()
        began = time.perf_counter()
        await ask(turn)
        if turn >= WARM:
            times.append(time.perf_counter() - began)
    used = (time.process_time() - used) / TIMES
    return [
        Figure(f"{name}, p50", percentile(times, 0.5) * 1000, Unit.MILLISECONDS, budget),
        Figure("… p99", percentile(times, 0.99) * 1000, Unit.MILLISECONDS, budget and 4 * budget),
        Figure("… processor time, with that of whoever asks", used * 1000, Unit.MILLISECONDS),
    ]


async def known(user: str) -> Profile:
    return Profile(BO, user)


async def _ready() -> Readiness:
    return Readiness()
