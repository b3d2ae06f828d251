"""The store: one workspace's facts, read in snapshots and written in transactions."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import datetime

from sqlalchemy import and_, delete, or_

from bot.domain.effects import OpenChannel
from bot.domain.ids import ChannelId, IncidentNumber, WorkspaceId, ref
from bot.domain.incident import Deadline, Incident
from bot.store import schema
from bot.store.alerts import AlertReads, AlertWrites
from bot.store.audit import AuditReads, AuditWrites
from bot.store.chain import ChainReads
from bot.store.changes import ChangeReads, ChangeWrites
from bot.store.customers import CustomerReads
from bot.store.deadlines import DeadlineReads
from bot.store.engine import Database
from bot.store.erasing import ErasingReads
from bot.store.feeds import FeedReads, FeedWrites
from bot.store.inbox import InboxReads
from bot.store.outbox import OutboxReads
from bot.store.people import PeopleReads
from bot.store.problems import ProblemReads, ProblemWrites
from bot.store.proposals import ProposalReads, ProposalWrites
from bot.store.replicas import ReplicaReads, ReplicaWrites
from bot.store.retaining import RetainingReads, RetainingWrites
from bot.store.rows import RebuildReport, Summary
from bot.store.sections import SectionReads, SectionWrites
from bot.store.standings import StandingReads
from bot.store.states import States, Uncommitted
from bot.store.subscriptions import SubscriptionReads, SubscriptionWrites
from bot.store.timeline import projection
from bot.store.tokens import TokenReads, TokenWrites
from bot.store.transcript import TranscriptReads, TranscriptWrites

o, n = schema.outbox.c, schema.inbox.c


class Reading(
    RetainingReads,
    StandingReads,
    DeadlineReads,
    OutboxReads,
    TranscriptReads,
    PeopleReads,
    InboxReads,
    AuditReads,
    FeedReads,
    SectionReads,
    ProblemReads,
    TokenReads,
    AlertReads,
    ProposalReads,
    ChangeReads,
    SubscriptionReads,
    CustomerReads,
    ChainReads,
    ErasingReads,
    ReplicaReads,
):
    """A snapshot: everything that can be asked."""


class Writing(
    RetainingWrites,
    TranscriptWrites,
    AuditWrites,
    FeedWrites,
    SectionWrites,
    ProblemWrites,
    TokenWrites,
    AlertWrites,
    ProposalWrites,
    ChangeWrites,
    SubscriptionWrites,
    Reading,
    ReplicaWrites,
):
    """A transaction: everything that can be asked and remembered.

    Rows are locked in one order everywhere, so that no two transactions wait for each other: the workspace first (by
    whoever takes a number of it), then incidents in ascending order of their numbers. Whoever changes alerts, or a
    proposal, locks those before all else.
    """

    async def purge(self, before: datetime) -> int:
        """Forget deliveries, and effects that ended before an instant (machine time); how many rows.

        Dead effects go too, but for those that open a channel, as an incident's other effects wait for that one.
        """
        is_over = or_(o.state.in_(("done", "superseded")), and_(o.state == "dead", o.kind != OpenChannel.__name__))
        gone = await self._connection.execute(
            delete(schema.outbox).where(o.workspace == self._workspace, is_over, o.ended_at < before)
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
        self.urgent_lanes: list[str] = []
        """Those in which a commit queued what cannot wait until everybody is answered: a channel to be opened."""
        self.heard = asyncio.Event()
        """Set whenever a commit brought words that tell what an incident is about."""
        self._news: set[IncidentNumber | ChannelId] = set()
        self._states = States()

    @asynccontextmanager
    async def write(self) -> AsyncIterator[Writing]:
        """All or nothing; no network call belongs in here."""
        states = Uncommitted(self._states)
        async with self.database.write() as connection:
            tx = Writing(connection, self.workspace, states)
            yield tx
        states.commit()
        if tx.news:
            self._news |= tx.news
            self.heard.set()
        if tx.frees_effects:
            self.urgent_lanes += tx.urgent_lanes
            self.wake.set()

    def take_news(self) -> set[IncidentNumber | ChannelId]:
        """Where such words came since this was asked last. It is lost with the process."""
        news, self._news = self._news, set()
        return news

    @asynccontextmanager
    async def read(self) -> AsyncIterator[Reading]:
        """One consistent view."""
        async with self.database.read() as connection:
            yield Reading(connection, self.workspace, self._states)


async def measure_all(store: Store) -> int:
    """Measure the incidents that a version before measures has written, one by one; how many there were."""
    found, last = 0, 0
    while True:
        async with store.read() as tx:
            numbers = await tx.unmeasured(last, 100)
        if not numbers:
            return found
        for number in numbers:
            async with store.write() as tx:
                await tx.measure(number)
        found, last = found + len(numbers), numbers[-1]


async def rebuild(store: Store) -> RebuildReport:
    """Recompute every projection from the timelines; what differed is named. Not beside a running bot."""
    async with store.read() as tx:
        numbers = await tx.numbers()
    differences: list[str] = []
    for number in numbers:
        async with store.write() as tx:
            differences += await _rebuild_one(tx, number)
    return RebuildReport(len(numbers), differences)


async def _rebuild_one(tx: Writing, number: IncidentNumber) -> list[str]:
    incident = await tx.folded_anew(number)
    if incident is None:
        await tx.unproject(number)
        return [f"{ref(number)} was listed without a timeline"]
    if not incident.is_readable:
        return []
    found = _differences(incident, await tx.summary(number), await tx.deadlines(number))
    if found:
        await tx.project_again(incident)
    return found


def _differences(incident: Incident, summary: Summary | None, deadlines: Sequence[Deadline]) -> list[str]:
    """What the projections tell otherwise than the timeline. Field names only: a title may be confidential."""
    if summary is None:
        return [f"{incident.ref} was not listed"]
    found = [
        f"{incident.ref}: {name} differed"
        for name, value in projection(incident).items()
        if getattr(summary, name) != value
    ]
    if set(deadlines) != set(incident.deadlines):
        found.append(f"{incident.ref}: deadlines differed")
    return found
