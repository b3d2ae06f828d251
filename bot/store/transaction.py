"""The store: one workspace's facts, read in snapshots and written in transactions."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import delete

from bot.domain.ids import IncidentNumber, WorkspaceId
from bot.domain.incident import fold
from bot.store import schema
from bot.store.deadlines import DeadlineReads, differing
from bot.store.engine import Database
from bot.store.inbox import InboxReads
from bot.store.outbox import OutboxReads
from bot.store.people import PeopleReads
from bot.store.rows import RebuildReport
from bot.store.timeline import TimelineReads, TimelineWrites, projection
from bot.store.transcript import TranscriptReads, TranscriptWrites

o, n = schema.outbox.c, schema.inbox.c


class Reading(TimelineReads, DeadlineReads, OutboxReads, TranscriptReads, PeopleReads, InboxReads):
    """A snapshot: everything that can be asked."""


class Writing(TimelineWrites, TranscriptWrites, Reading):
    """A transaction: everything that can be asked and remembered."""

    async def purge(self, before: datetime) -> int:
        """Forget deliveries and finished effects from before an instant (machine time); how many rows."""
        gone = await self._connection.execute(
            delete(schema.outbox).where(
                o.workspace == self._workspace, o.state.in_(("done", "superseded")), o.ended_at < before
            )
        )
        seen = await self._connection.execute(
            delete(schema.inbox).where(n.workspace == self._workspace, n.seen_at < before)
        )
        return gone.rowcount + seen.rowcount


class Store:
    """The facts of one workspace. `wake` is set whenever a commit queued or freed effects."""

    def __init__(self, database: Database, workspace: WorkspaceId) -> None:
        self.database = database
        self.workspace = workspace
        self.wake = asyncio.Event()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Writing]:
        """All or nothing; no network call belongs in here."""
        async with self.database.write() as connection:
            tx = Writing(connection, self.workspace)
            yield tx
        if tx.frees_effects:
            self.wake.set()

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reading]:
        """One consistent view."""
        async with self.database.read() as connection:
            yield Reading(connection, self.workspace)


async def rebuild(store: Store) -> RebuildReport:
    """Recompute every projection from the timelines; what differed is named. Not beside a running bot."""
    async with store.read() as tx:
        numbers = sorted(summary.number for summary in await tx.incidents(open_only=False))
    differences: list[str] = []
    for number in numbers:
        async with store.write() as tx:
            differences += await _rebuild_one(tx, number)
    return RebuildReport(len(numbers), differences)


async def _rebuild_one(tx: Writing, number: IncidentNumber) -> list[str]:
    incident = fold(await tx.timeline(number))
    if not incident.is_readable:
        return []
    found = []
    summary = await tx.summary(incident.number)
    stored = {name: getattr(summary, name, None) for name in projection(incident)}
    found += [
        f"{incident.ref}: {name} was {stored[name]!r}, is {value!r}"
        for name, value in projection(incident).items()
        if stored[name] != value
    ]
    if differing(await tx.deadlines(incident.number), incident.deadlines):
        found.append(f"{incident.ref}: its deadlines differed")
    if found:
        await tx.project_again(incident)
    return found
