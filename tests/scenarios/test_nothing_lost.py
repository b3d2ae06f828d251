"""Crashes at any instant, lost answers, restarts: in the end Slack shows everything once, in order.

A machine of hypothesis interleaves commands, ticks, deliveries that are cut off anywhere, faults of Slack and restarts.
Then Slack recovers, deliveries run to the end, and what Slack shows is compared with what was recorded.
"""

import asyncio
import contextlib
import gc
import shutil
import sys
import tempfile
from collections import Counter as Tally
from collections.abc import Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule

from bot.commands.command import Dependencies
from bot.commands.router import Router
from bot.commands.table import COMMANDS
from bot.config import policy_loading as policies
from bot.delivery.patience import Patience
from bot.demo.clock import SteppedClock
from bot.domain.asking import has_passed
from bot.domain.folding import fold
from bot.domain.ids import ChannelId, IncidentNumber, SlackUserId, WorkspaceId
from bot.door.inbound import Typed
from bot.door.reply import Say
from bot.jobs.deadlines import Deadlines
from bot.jobs.delivering import build_delivery
from bot.sandbox import Fault, Sandbox
from bot.sandbox.faults import Kind
from bot.slack.client import open_client
from bot.slack.gateway import Gateway
from bot.slack.looking_up import LookUp
from bot.slack.manifest import build_manifest
from bot.slack.preflight import preflight
from bot.store import Database, OutboxRow, Store, WorkspaceRow, rebuild
from bot.workflows.context import Context
from bot.workflows.search_index import SearchIndex
from tests.scenarios.conftest import RUNBOOKS

T = TypeVar("T")
pytestmark = [pytest.mark.long, pytest.mark.timeout(400)]

VERBS = (
    "accept",
    "update Conditions: errors. Actions: rolling back. next:10m",
    "update all quiet",
    "note somebody restarted it",
    "priority P1 it spreads",
    "priority P3 only one shop",
    "mitigate moved the traffic",
    "resolve rolled back",
    "verify looked at the graphs",
    "close",
    "reopen it came back",
    "followup write a test",
)

FAULTY = (
    *["chat.postMessage"] * 5,  # most of what can be doubled
    "conversations.create",
    "conversations.invite",
    "chat.update",
    "pins.add",
    "conversations.setTopic",
    "files.completeUploadExternal",
    "conversations.open",
)
KINDS: tuple[Kind, ...] = ("act_then_drop", "act_then_drop", "drop_before", "http_500", "error", "rate_limited")
PATIENCE = Patience(look_after=timedelta(seconds=0.05), first_pause=timedelta(milliseconds=1))


def machine_now() -> datetime:
    return datetime.now(UTC)


def _expected(_: object) -> None:
    """A crash closes nothing, and the database driver complains of connections that were left open."""


async def _let_go_of_locks() -> None:
    """A real death lets go of every lock at once; here connections that were cut off would hold theirs."""
    for one in [found for found in gc.get_objects() if isinstance(found, aiosqlite.Connection)]:
        with contextlib.suppress(ValueError):
            await one.close()
    gc.collect()  # SQLite keeps a closed connection's lock until its last cursor is gone


class Life:
    """One life of the process: everything that dies with a `kill -9`."""

    def __init__(self, database: Database, context: Context, gateway: Gateway, router: Router) -> None:
        self.database = database
        self.context = context
        self.router = router
        self.gateway = gateway
        self.delivery = build_delivery(context, gateway, "owner", machine_now, PATIENCE)
        self.deadlines = Deadlines(context, "owner", machine_now)


class NothingLost(RuleBasedStateMachine):
    incidents = Bundle("incidents")

    def __init__(self) -> None:
        super().__init__()
        gc.collect()
        gc.freeze()  # each crash looks through what is there: not through all that the worker has loaded
        self.loop = asyncio.new_event_loop()
        self.complaints, sys.unraisablehook = sys.unraisablehook, _expected
        self.folder = Path(tempfile.mkdtemp(prefix="muster-test-"))
        self.clock = SteppedClock(datetime(2026, 3, 2, 9, 0, tzinfo=UTC))
        self.sent = 0
        self.declared = 0

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return self.loop.run_until_complete(work)

    async def _begin(self) -> None:
        self.sandbox = Sandbox(now=self.clock.now, manifest={**build_manifest(), "settings": {}})
        await self.sandbox.start()
        self.people = [self.sandbox.add_person(name) for name in ("dana", "bo")]
        self.sandbox.add_channel("incidents", members=[*self.people, self.sandbox.bot])
        environment = self.sandbox.environment()
        self.opened_client = open_client(environment["SLACK_API_URL"], environment["SLACK_BOT_TOKEN"])
        self.client = await self.opened_client.__aenter__()
        self.identity = await preflight(self.client, None)
        self.runbooks = RUNBOOKS
        await self._live()

    async def _live(self) -> None:
        database = await Database.open(f"sqlite+aiosqlite:///{self.folder / 'muster.db'}", migrate=True)
        store = Store(database, WorkspaceId(self.identity.workspace))
        async with store.write() as tx:
            await tx.keep_workspace(
                WorkspaceRow(self.identity.workspace, self.identity.name, self.identity.url, self.identity.bot_user)
            )
            await tx.release_all_effects()
        context = Context(store, policies.load(None), self.runbooks, self.clock.now)
        gateway = Gateway(self.client, self.identity)
        router = Router(Dependencies(context, SearchIndex(context), LookUp(store, gateway, self.clock.now), COMMANDS))
        self.life = Life(database, context, gateway, router)

    @initialize(target=incidents)
    def declare_the_first(self) -> int:
        self.run(self._begin())
        self._type("declare checkout returns 500s", "C0")
        self.declared += 1
        return self.declared

    @rule(target=incidents, title=st.text(min_size=1, max_size=30))
    def declare(self, title: str) -> object:
        reply = self._type(f"declare --anyway x{title}", "C0")
        assert isinstance(reply, Say)
        if "declared" not in reply.text:
            return multiple()
        self.declared += 1
        return self.declared

    @rule(number=incidents, verb=st.sampled_from(VERBS), who=st.integers(0, 1))
    def command(self, number: int, verb: str, who: int) -> None:
        self._type(f"INC-{number} {verb}", "C0", who)

    @rule(number=incidents, verb=st.sampled_from(VERBS))
    def command_delivered_twice(self, number: int, verb: str) -> None:
        first = self._type(f"INC-{number} {verb}", "C0")
        before = self.run(self._timeline_length(number))
        self.sent -= 1
        second = self._type(f"INC-{number} {verb}", "C0")
        assert self.run(self._timeline_length(number)) == before
        if isinstance(first, Say) and isinstance(second, Say) and "already" not in second.text:
            assert type(first) is type(second)

    def _type(self, text: str, channel: str, who: int = 0) -> object:
        self.sent += 1
        typed = Typed(
            sender_id=f"trigger-{self.sent}",
            workspace=WorkspaceId(self.identity.workspace),
            user=SlackUserId(self.people[who].id),
            channel=ChannelId(channel),
            text=text,
            trigger_id=f"trigger-{self.sent}",
        )
        return self.run(self.life.router(typed))

    async def _timeline_length(self, number: int) -> int:
        async with self.life.context.store.read() as tx:
            return len(await tx.timeline(IncidentNumber(number)))

    @rule(minutes=st.integers(1, 90))
    def time_passes(self, minutes: int) -> None:
        self.clock.step_to(self.clock.now() + timedelta(minutes=minutes))
        self.run(self.life.deadlines.tick())

    @rule(
        number=incidents,
        verb=st.sampled_from(VERBS),
        method=st.sampled_from(FAULTY),
        kind=st.sampled_from(KINDS),
        turns=st.none() | st.integers(1, 400),
    )
    def slack_fails(self, number: int, verb: str, method: str, kind: Kind, turns: int | None) -> None:
        """While there is something to tell; and the process may die of something else meanwhile."""
        self._type(f"INC-{number} {verb}", "C0")
        self._type(f"INC-{number} note Slack fails", "C0")
        error = "internal_error" if kind == "error" else ""
        self.sandbox.faults.add(Fault(method=method, kind=kind, times=1, retry_after=0, error=error))
        self.run(self._deliver_and_die(turns) if turns else self._deliver_all())

    @rule(turns=st.integers(1, 400))
    def deliver_until_a_crash(self, turns: int) -> None:
        """The process dies after some turns of the event loop, wherever each delivery happens to be."""
        self.run(self._deliver_and_die(turns))

    async def _deliver_and_die(self, turns: int) -> None:
        await self._die_after(turns)
        await _let_go_of_locks()
        await self._live()

    async def _die_after(self, turns: int) -> None:
        """Every task is cut off at once; nothing is handed back."""
        working = asyncio.create_task(self.life.delivery.run())
        for _ in range(turns):
            await asyncio.sleep(0)
        under_way = [working, *self.life.delivery.under_way]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        await self.life.database.close()
        del self.life

    @rule()
    def deliver_in_peace(self) -> None:
        self.run(self._deliver_all())

    async def _deliver_all(self) -> None:
        working = asyncio.create_task(self.life.delivery.run())
        try:
            async with asyncio.timeout(30):
                while not await self._is_settled():
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"does not come to rest: {await self._unfinished()}") from None
        finally:
            self.life.delivery.stop()
            await working
        self.life.delivery = build_delivery(self.life.context, self.life.gateway, "owner", machine_now, PATIENCE)

    async def _unfinished(self) -> list[tuple[object, ...]]:
        async with self.life.context.store.read() as tx:
            rows = await tx.outbox()
        return [(row.kind, row.lane, row.state, row.attempts, row.is_unknown, row.error) for row in rows]

    async def _is_settled(self) -> bool:
        async with self.life.context.store.read() as tx:
            counts = await tx.outbox_counts()
        return counts.get("pending", 0) + counts.get("in_flight", 0) == 0

    @invariant()
    def projections_are_what_the_timelines_tell(self) -> None:
        if self.declared:
            self.run(self._check_projections())

    async def _check_projections(self) -> None:
        async with self.life.context.store.read() as tx:
            for number in range(1, self.declared + 1):
                summary = await tx.summary(IncidentNumber(number))
                incident = fold(await tx.timeline(IncidentNumber(number)))
                assert summary is not None
                assert (summary.status, summary.priority, summary.commander) == (
                    incident.status,
                    incident.priority,
                    incident.commander,
                )

    def teardown(self) -> None:
        try:
            if hasattr(self, "life"):
                self.run(self._end())
        finally:
            self.loop.close()
            gc.collect()
            sys.unraisablehook = self.complaints
            shutil.rmtree(self.folder, ignore_errors=True)

    async def _end(self) -> None:
        self.sandbox.faults.clear()
        await self._deliver_all()
        await self._everything_stands_once()
        report = await rebuild(self.life.context.store)
        assert report.differences == []
        await self.life.database.close()
        await self.opened_client.__aexit__(None, None, None)
        await self.sandbox.stop()

    async def _everything_stands_once(self) -> None:
        async with self.life.context.store.read() as tx:
            rows = await tx.outbox(states=("done", "dead", "superseded"), limit=100_000)
        assert [row.error for row in rows if row.state == "dead"] == []
        announced = [row for row in rows if row.kind in ("Announce", "PostCard", "TellPerson")]
        shown = Tally(
            message.metadata["event_payload"]["key"]
            for channel in self.sandbox.channels
            for message in channel.posted
            if message.metadata
        )
        dropped = [row for row in announced if row.state == "done" and "ts" not in row.result]
        await self._would_call_in_vain(dropped)
        assert shown == Tally(row.key for row in announced if row not in dropped)
        ours = [one.name for one in self.sandbox.channels if one.creator == self.sandbox.bot.id and not one.is_im]
        assert len(ours) == self.declared
        for number in range(1, self.declared + 1):
            self._stands_in_order(number, [row for row in announced if row.number == number])

    async def _would_call_in_vain(self, dropped: list[OutboxRow]) -> None:
        """Nothing is left out but what came late and called on people for what nobody needed any more at some time."""
        async with self.life.context.store.read() as tx:
            for row in dropped:
                assert row.number is not None
                timeline = await tx.timeline(row.number)
                (event,) = (one.event for one in timeline if one.seq == row.seq)
                since = (fold(timeline[:length]) for length in range(1, len(timeline) + 1))
                assert any(has_passed(event, incident, self.clock.now()) for incident in since), (row.kind, event)

    def _stands_in_order(self, number: int, rows: list[Any]) -> None:
        by_key = {row.key: (row.seq, row.id) for row in rows if row.lane == f"inc:{number}"}
        for channel in self.sandbox.channels:
            order = [
                by_key[message.metadata["event_payload"]["key"]]
                for message in channel.posted
                if message.metadata and message.metadata["event_payload"]["key"] in by_key
            ]
            assert order == sorted(order)


NothingLost.TestCase.settings = settings(
    max_examples=8,
    stateful_step_count=10,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestNothingLost = NothingLost.TestCase
