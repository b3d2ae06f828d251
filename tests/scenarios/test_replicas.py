"""Two `muster run` on one PostgreSQL, killed at random: every nag once, every effect once, nothing left behind.

`MUSTER_TEST_REPLICAS_FOR=300` makes it last five minutes instead of some seconds.
"""

import asyncio
import os
import random
import statistics
from asyncio.subprocess import Process
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.domain import timeline as t
from bot.sandbox import Message, Sandbox
from bot.store import Database, Store
from tests.scenarios.conftest import eventually, policy_of
from tests.scenarios.test_killed import a_slack, killed, started

LASTS = float(os.environ.get("MUSTER_TEST_REPLICAS_FOR", "15"))
"""Seconds."""
LEASE = timedelta(seconds=30)
QUICK = {
    "priorities": {
        "P1": {"acknowledge_within": "2s", "first_update_within": "3s", "update_every": "3s", "warn_before": "1s"}
    },
    "escalation": {"P1": [{"after": "0s", "tell": ["channel", "commander"]}, {"after": "2s", "tell": ["deputy"]}]},
}


@dataclass
class Pair:
    """Two replicas; whichever is killed is started again."""

    sandbox: Sandbox
    environment: dict[str, str]
    folder: Path
    database: Database
    replicas: list[Process] = field(default_factory=list)
    kills: int = 0

    async def store(self) -> Store:
        (workspace,) = await self.database.workspaces()
        return Store(self.database, workspace)

    async def start(self) -> None:
        wanted = self.sandbox.connections + 2
        self.replicas.append(await started(self.sandbox, self.environment, self.folder))
        await self.sandbox.until(lambda: self.sandbox.connections >= wanted, timeout=30)

    async def kill(self, which: int) -> None:
        await killed(self.replicas.pop(which))
        self.kills += 1

    async def timelines(self) -> dict[int, tuple[t.Recorded, ...]]:
        async with (await self.store()).read() as tx:
            return {number: await tx.timeline(number) for number in await tx.numbers()}

    async def nagged(self) -> bool:
        """Some promise was broken, and that was said."""
        return any(map(nags, (await self.timelines()).values()))

    async def rested(self) -> bool:
        """Nothing is due, nothing waits for Slack."""
        async with (await self.store()).read() as tx:
            late = await tx.overdue_deadlines(datetime.now(UTC) - timedelta(seconds=1))
            return not late and not await tx.outbox(limit=1)


@asynccontextmanager
async def a_pair(folder: Path, postgres_url: str) -> AsyncIterator[Pair]:
    async with a_slack(folder) as (sandbox, environment):
        Path(environment["MUSTER_POLICY"]).write_text(yaml.safe_dump(policy_of(sandbox, **QUICK)), encoding="utf-8")
        environment["MUSTER_DATABASE_URL"] = postgres_url
        database = await Database.open(postgres_url)
        pair = Pair(sandbox, environment, folder, database)
        try:
            await pair.start()
            await pair.start()
            yield pair
        finally:
            for one in pair.replicas:
                await killed(one)
            await database.close()


def sent(sandbox: Sandbox) -> list[Message]:
    """Everything the bot has posted that can be told apart."""
    return [one for channel in sandbox.channels for one in channel.posted if one.metadata]


def lateness(timelines: dict[int, tuple[t.Recorded, ...]]) -> list[float]:
    """Seconds from the time a promise was broken until that was recorded."""
    late = (t.UpdateOverdue, t.AcknowledgementOverdue)
    return [
        (one.recorded_at - one.event.due_at).total_seconds()
        for events in timelines.values()
        for one in events
        if isinstance(one.event, late)
    ]


def nags(events: tuple[t.Recorded, ...]) -> Counter[tuple[object, ...]]:
    """What may be said only once of each promise."""
    said: Counter[tuple[object, ...]] = Counter()
    for one in events:
        match one.event:
            case t.UpdateOverdue(due_at=due_at) | t.AcknowledgementOverdue(due_at=due_at):
                said[type(one.event).__name__, due_at] += 1
            case t.DeadlineReminded(deadline=kind, due_at=due_at):
                said["reminded", kind, due_at] += 1
            case t.EscalationTold(deadline=kind, due_at=due_at, rungs=rungs):
                said["told", kind, due_at, rungs.taken] += 1
            case _:
                pass
    return said


async def live(pair: Pair, chance: random.Random) -> int:
    """Declare and update, while one replica after the other is killed at a random moment; how many were declared."""
    dana = pair.sandbox.person("dana")
    ends_at, declared = asyncio.get_running_loop().time() + LASTS, 0
    while asyncio.get_running_loop().time() < ends_at or declared < 3:  # some machines are slow
        answer = await dana.types(f"/incident declare P1 the queue number {declared} grows", in_="general")
        declared += "declared, P1" in answer.text
        if declared and chance.random() < 0.5:
            await dana.types(f"/incident INC-{chance.randint(1, declared)} update still looking", in_="general")
        if chance.random() < 0.3:
            await asyncio.sleep(chance.random() / 2)
            await pair.kill(chance.randrange(2))
            await pair.start()
        await asyncio.sleep(chance.random())
    return declared


@pytest.mark.long
@pytest.mark.timeout(LASTS + 150)
async def test_replicas_that_are_killed_at_random_nag_once_and_lose_nothing(tmp_path: Path, postgres_url: str) -> None:
    async with a_pair(tmp_path, postgres_url) as pair:
        declared = await live(pair, random.Random(20261121))  # noqa: S311 -- chance, no secret

        await eventually(pair.rested, within=2 * LEASE.total_seconds() + 30)
        timelines = await pair.timelines()

        assert declared >= 3
        assert pair.kills >= 1
        assert len(timelines) >= declared
        for number, events in timelines.items():
            twice = {nag: times for nag, times in nags(events).items() if times > 1}
            assert twice == {}, number

        keys = Counter(one.metadata["event_payload"]["key"] for one in sent(pair.sandbox) if one.metadata)
        assert [key for key, times in keys.items() if times > 1] == []
        assert not [one for one in sent(pair.sandbox) if "may be a repeat" in one.plain]
        overdue = sum(isinstance(one.event, t.UpdateOverdue) for events in timelines.values() for one in events)
        assert sum("has not come yet" in one.plain for one in sent(pair.sandbox)) == overdue

        late = sorted(lateness(timelines))
        assert late, "with cadences of seconds something must have become overdue"
        told = f"{declared} declared, {pair.kills} kills, {len(late)} promises broken; said after"
        print(f"{told} {statistics.median(late):.2f} s in the middle, {late[-1]:.2f} s at worst")
        assert late[-1] < LEASE.total_seconds() + 10


async def test_a_replica_that_dies_leaves_its_work_to_the_other(tmp_path: Path, postgres_url: str) -> None:
    async with a_pair(tmp_path, postgres_url) as pair:
        await pair.sandbox.person("dana").types("/incident declare P1 the queue grows", in_="general")
        await pair.kill(0)
        await eventually(pair.nagged, within=LEASE.total_seconds() + 15)
        await eventually(pair.rested, within=LEASE.total_seconds() + 15)
        (events,) = (await pair.timelines()).values()
        assert nags(events)
        assert set(nags(events).values()) == {1}
