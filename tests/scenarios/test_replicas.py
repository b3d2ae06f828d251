"""Two `muster run` on one PostgreSQL, of which one is killed. The crash laboratory does so at random: tests/chaos."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import yaml

from bot.domain import timeline as t
from bot.sandbox import Sandbox
from bot.store import Database, Store
from tests.chaos.checking import nags
from tests.muster import Running
from tests.scenarios.conftest import eventually, policy_of
from tests.scenarios.test_killed import a_slack, killed, started

LEASE = timedelta(seconds=30)
QUICK = {
    "priorities": {
        "P1": {"acknowledge_within": "2s", "first_update_within": "3s", "update_every": "3s", "warn_before": "1s"}
    },
    "escalation": {"P1": [{"after": "0s", "tell": ["channel", "commander"]}, {"after": "2s", "tell": ["deputy"]}]},
}


@dataclass
class Pair:
    """Two replicas."""

    sandbox: Sandbox
    environment: dict[str, str]
    folder: Path
    database: Database
    replicas: list[Running] = field(default_factory=list)

    async def store(self) -> Store:
        (workspace,) = await self.database.workspaces()
        return Store(self.database, workspace)

    async def start(self) -> None:
        wanted = self.sandbox.connections + 2
        self.replicas.append(await started(self.sandbox, self.environment, self.folder))
        await self.sandbox.until(lambda: self.sandbox.connections >= wanted, timeout=30)

    async def kill(self, which: int) -> None:
        await killed(self.replicas.pop(which))

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


async def test_a_replica_that_dies_leaves_its_work_to_the_other(tmp_path: Path, postgres_url: str) -> None:
    async with a_pair(tmp_path, postgres_url) as pair:
        await pair.sandbox.person("dana").types("/incident declare P1 the queue grows", in_="general")
        await pair.kill(0)
        await eventually(pair.nagged, within=LEASE.total_seconds() + 15)
        await eventually(pair.rested, within=LEASE.total_seconds() + 15)
        (events,) = (await pair.timelines()).values()
        assert nags(events)
        assert set(nags(events).values()) == {1}
