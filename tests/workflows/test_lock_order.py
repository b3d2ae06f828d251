"""Rows are locked in one order: of two transactions that need the same rows, one waits for the other and both end.

Only PostgreSQL locks rows; SQLite writes one transaction at a time.
"""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from bot.config import policy_loading as policies
from bot.domain.actor import Person
from bot.domain.declaration import Declaration
from bot.domain.ids import IncidentNumber, SlackUserId, WorkspaceId
from bot.domain.people import Profile
from bot.domain.vocabulary import Priority
from bot.door.caller import SLACK, Caller
from bot.store import Database, Store, WorkspaceRow
from bot.verbs.perform import perform
from bot.verbs.requests import OpenProblem
from bot.verbs.verb import Dependencies
from bot.workflows.context import Context
from bot.workflows.declare import declare
from bot.workflows.duplicates import join
from bot.workflows.search_index import SearchIndex
from tests.store.given import DANA, NOON, minutes

BO, CHEN = SlackUserId("UBO"), SlackUserId("UCHEN")
FIRST, SECOND = IncidentNumber(1), IncidentNumber(2)


@pytest.fixture
async def context(postgres_url: str) -> AsyncIterator[Context]:
    """Two reports of one service; a third makes it look like something major."""
    database = await Database.open(postgres_url, migrate=True)
    store = Store(database, WorkspaceId("T1"))
    async with store.write() as tx:
        await tx.keep_workspace(WorkspaceRow("T1", "Test", "https://test.slack.com/", "UBOT"))
    context = Context(store, policies.load(None), (), lambda: NOON + minutes(1))
    for place in range(2):
        await declare(context, asks(DANA, f"s{place}"), report())
    yield context
    await database.close()


def report() -> Declaration:
    return Declaration("checkout returns 500s", priority=Priority.P2, service="checkout")


def asks(user: SlackUserId, request_id: str) -> Caller:
    return Caller(Person(user), SLACK, request_id)


async def opens_a_problem(context: Context) -> None:
    async def look_up(user: SlackUserId) -> Profile:
        return Profile(user, user)

    dependencies = Dependencies(context, SearchIndex(context), look_up)
    await perform(dependencies, asks(BO, "p"), OpenProblem("connection pool too small"), "INC-1")


async def waiting(store: Store, count: int) -> None:
    """Until so many transactions wait for a lock."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    )
    async with asyncio.timeout(20):
        while True:
            async with store.database.read() as connection:
                if (await connection.execute(query)).scalar_one() >= count:
                    return
            await asyncio.sleep(0.02)


async def test_a_problem_is_opened_while_a_third_report_comes_in(context: Context) -> None:
    async with context.store.write() as tx:
        await tx.load(FIRST)  # so that both wait where they stand, the problem first
        opened = asyncio.create_task(opens_a_problem(context))
        await waiting(context.store, 1)
        declared = asyncio.create_task(declare(context, asks(CHEN, "s3"), report()))
        await waiting(context.store, 2)
    async with asyncio.timeout(20):
        await asyncio.gather(opened, declared)
    async with context.store.read() as tx:
        incident = await tx.incident(FIRST)
        assert incident is not None
        assert incident.problem == 1
        assert incident.is_major_suggested


async def test_a_report_joins_a_newer_incident_while_both_are_changed(context: Context) -> None:
    async with context.store.write() as tx:
        await tx.load(FIRST)
        joined = asyncio.create_task(join(context, asks(CHEN, "j"), SECOND, "checkout again", may_read=True))
        await waiting(context.store, 1)
        async with asyncio.timeout(20):
            await tx.load(SECOND)
    async with asyncio.timeout(20):
        await joined
