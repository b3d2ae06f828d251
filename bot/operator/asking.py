"""How the command line reaches incidents: by the API of a running Muster, or by the database on its own machine."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import aiohttp

from bot.domain.actor import Person
from bot.domain.ids import SlackUserId
from bot.domain.people import Profile
from bot.door.caller import CLI
from bot.door.token import Scope, Token
from bot.integrations.outgoing import Outgoing
from bot.jobs.oncall_sources import OnCallSources
from bot.operator.commands import (
    NO,
    WRONG,
    NotPossible,
    is_there,
    keep_act,
    opened_store,
    settings_or_stop,
    what_was_agreed,
)
from bot.operator.zone import local_zone
from bot.store import Store
from bot.verbs import verb
from bot.web.api.asking import Asking, InProcess, Query, Refused
from bot.web.api.openapi import BASE, KEY_HEADER
from bot.web.api.problems import Problem
from bot.web.api.route import Dependencies, Route
from bot.web.api.values import parse
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex

PATIENCE: Final = 30.0
"""Seconds that an answer may take."""
TRIES: Final = 2
NO_WAY: Final = (
    "Say how to reach Muster. Over the network: set MUSTER_URL, such as https://muster.example, and MUSTER_TOKEN "
    "(`muster token create` makes one). On its own machine: --as U0123, who you are in Slack."
)
NO_DATABASE: Final = (
    "There is no database here. --as works on Muster's own machine, with its MUSTER_DATABASE_URL; from anywhere else, "
    "set MUSTER_URL and MUSTER_TOKEN and leave it out."
)

Reach = Callable[[str | None], AbstractAsyncContextManager[Asking]]
"""How Muster is reached, by whoever is named."""


@asynccontextmanager
async def asking(user: str | None) -> AsyncIterator[Asking]:
    """By the database as that person, else by the API. Raises NotPossible."""
    settings = settings_or_stop()
    if user is not None:
        if not is_there(settings.database_url):
            raise NotPossible(NO, NO_DATABASE)
        async with opened_store() as store, in_database(store, SlackUserId(user)) as way:
            yield way
        return
    if settings.url is None or settings.token is None:
        raise NotPossible(WRONG, NO_WAY)
    limit = aiohttp.ClientTimeout(total=PATIENCE)
    headers = {"Authorization": f"Bearer {settings.token.get_secret_value()}"}
    async with aiohttp.ClientSession(timeout=limit, headers=headers) as session:
        yield OverHttp(session, settings.url)


class OverHttp:
    """By the API of a running Muster."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self._url = url

    async def ask(self, route: Route, path: Mapping[str, str], query: Query, body: Mapping[str, Any]) -> Any:
        """What changes something is sent again when its answer was lost, with the same key: it is done once."""
        address = self._url + BASE + route.path.format(**{name: quote(value, safe="") for name, value in path.items()})
        given = [(name, value) for name, values in query.items() for value in values]
        headers = {} if route.is_reading else {KEY_HEADER: secrets.token_hex(16)}
        sent = None if route.body is None else dict(body)
        for left in reversed(range(TRIES)):
            try:
                async with self._session.request(
                    route.method, address, params=given, json=sent, headers=headers, allow_redirects=False
                ) as response:
                    return self._read(response.status, await response.read())
            except (aiohttp.ClientError, TimeoutError, OSError) as error:
                if not left:
                    why = str(error) or type(error).__name__
                    raise NotPossible(NO, self._unreachable(route, why)) from None
                await asyncio.sleep(0.5)
        raise AssertionError("every try ends in an answer or an error")

    def _unreachable(self, route: Route, why: str) -> str:
        told = f"Muster does not answer at {self._url}: {why}."
        perhaps = "" if route.is_reading else " What you asked for may have been done: look before you ask again."
        return f"{told}{perhaps} On Muster's own machine, --as U0123 works without it."

    def _read(self, status: int, content: bytes) -> Any:
        try:
            found = parse(content)
        except Problem:
            told = f"{self._url} answers with status {status} and no JSON."
            if status == HTTPStatus.NOT_FOUND:
                told += " Muster's API is off there until a token exists, or this is another server."
            raise NotPossible(NO, told) from None
        if status >= HTTPStatus.BAD_REQUEST:
            raise Refused(found if isinstance(found, dict) else {"status": status, "detail": str(found)[:200]})
        return found


@asynccontextmanager
async def in_database(store: Store, user: SlackUserId) -> AsyncIterator["InDatabase"]:
    """Raises NotPossible for somebody whom Muster does not know."""
    async with store.read() as tx:
        person = await tx.person(user)
    if person is None:
        raise NotPossible(NO, f"Muster knows nobody with the id {user}. It gets to know whoever uses it in Slack.")
    if person.is_deactivated:
        raise NotPossible(NO, f"{person.name} has left the workspace.")

    async def look_up(one: SlackUserId) -> Profile:
        async with store.read() as tx:
            return await tx.person(one) or Profile(one, one, is_confirmed=False)

    context = Context(store, *what_was_agreed(), lambda: datetime.now(UTC))
    await OnCallSources(context, Outgoing()).apply()  # nothing is fetched
    verbs = verb.Dependencies(context, SearchIndex(context), look_up)
    yield InDatabase(Dependencies(verbs, look_up, lambda _: None, lambda: datetime.now(UTC)), user, local_zone())


class InDatabase:
    """By the database, as one person: whoever may use it may read it all, and may act as anybody. Each act is audited
    as one of the operator's, beside what the timeline says."""

    def __init__(self, dependencies: Dependencies, user: SlackUserId, zone: ZoneInfo) -> None:
        token = Token("", "the command line", Person(user), frozenset(Scope), datetime.now(UTC))
        self._within = InProcess(dependencies, token, zone, CLI)
        self._store = dependencies.store
        self._user = user

    async def ask(self, route: Route, path: Mapping[str, str], query: Query, body: Mapping[str, Any]) -> Any:
        found = await self._within.ask(route, path, query, body)
        if not route.is_reading:
            await keep_act(self._store, f"as {self._user}", route.name)
        return found
