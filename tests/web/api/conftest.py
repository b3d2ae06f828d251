"""The API in front of verbs at work, over real HTTP; Slack is not there."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from json import loads
from typing import Any

import aiohttp
import pytest

from bot.domain.actor import Integration, Person
from bot.domain.ids import WorkspaceId
from bot.door.caller import SLACK, Caller
from bot.door.token import Scope, Token, digest_of, mint
from bot.store import Database, Store, WorkspaceRow
from bot.verbs.perform import perform
from bot.verbs.requests import Request
from bot.verbs.table import VERBS
from bot.verbs.verb import About
from bot.web.api.limits import Limits
from bot.web.api.route import Dependencies
from bot.web.api.server import Api
from bot.web.readiness import Readiness
from bot.web.server import Web
from tests.domain.given import DANA
from tests.verbs.conftest import Workplace

PIPELINE = Integration("Pipeline", "ci")
KEY = b"k" * 32
"""What the secrets of webhooks are derived from."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes
    json: Any = None


def json_of(content: bytes) -> Any:
    return loads(content) if content else None


@dataclass
class Served:
    """The API, and whoever asks it. Machine time stands still until it is put forward."""

    workplace: Workplace
    web: Web
    session: aiohttp.ClientSession
    port: int
    machine: datetime = datetime(2026, 3, 4, 12, tzinfo=UTC)
    _requests: int = field(default=0)

    @property
    def api(self) -> Api:
        return self.web.api

    @property
    def store(self) -> Store:
        return self.workplace.store

    async def token(self, actor: Person | Integration = Person(DANA), *scopes: Scope, **more: Any) -> str:  # noqa: B008
        """The text of a new token; for everything, where no scope is named."""
        minted = mint()
        wanted = frozenset(scopes) or frozenset({Scope.READ, Scope.WRITE})
        token = Token(minted.id, "a token", actor, wanted, self.machine, **more)
        async with self.store.write() as tx:
            await tx.keep_token(token, digest_of(minted.text))
        return minted.text

    async def asks(self, method: str, path: str, token: str | None = None, json: Any = None, **headers: str) -> Answer:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        if token is not None:
            given["Authorization"] = f"Bearer {token}"
        address = path if path.startswith("/") else f"/api/v1/{path}"
        async with self.session.request(method, address, json=json, headers=given) as response:
            content = await response.read()
            parsed = json_of(content)
            return Answer(response.status, response.headers.copy(), content, parsed)

    async def sends(self, path: str, token: str, content: bytes, kind: str = "application/json") -> Answer:
        """A body as it stands."""
        given = {"Authorization": f"Bearer {token}", "Content-Type": kind}
        async with self.session.post(path, data=BytesIO(content), headers=given) as response:
            answered = await response.read()
            return Answer(response.status, response.headers.copy(), answered, json_of(answered))

    async def get(self, path: str, token: str | None = None, **headers: str) -> Answer:
        return await self.asks("GET", path, token, **headers)

    async def does(self, actor: Person | Integration, want: Request[Any], reference: str | None = "INC-1") -> Any:
        """By another door."""
        self._requests += 1
        about = None if VERBS[type(want)].about is About.NOTHING else reference
        caller = Caller(actor, SLACK, f"before-{self._requests}")
        return await perform(self.workplace.dependencies, caller, want, about)


@pytest.fixture
async def sqlite_store(sqlite_url: str) -> AsyncIterator[Store]:
    database = await Database.open(sqlite_url, migrate=False)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    yield store
    await database.close()


@pytest.fixture
async def served(sqlite_store: Store) -> AsyncIterator[Served]:
    async def ready() -> Readiness:
        return Readiness()

    workplace = Workplace(sqlite_store)
    web = Web("127.0.0.1", 0, ready, api=Api(Limits(lambda: 0.0, burst=1000)))
    async with web.running(), aiohttp.ClientSession(f"http://127.0.0.1:{web.port}") as session:
        one = Served(workplace, web, session, web.port)
        verbs = workplace.dependencies
        web.api.dependencies = Dependencies(verbs, verbs.look_up, lambda _: None, lambda: one.machine, (KEY,))
        yield one
