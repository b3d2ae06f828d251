"""A company with Muster at work in it, on a local Slack: scenarios enter by the door and look at what Slack shows."""

import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.app import Bot, Started, Waits
from bot.config import policy_loading as policies
from bot.config import runbooks as runbook_files
from bot.config.settings import load
from bot.config.shipped import shipped
from bot.delivery.patience import Patience
from bot.demo.clock import SteppedClock
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.runbook import Runbook
from bot.integrations.engines.destination import Patience as EnginePatience
from bot.sandbox import Channel, Person, Sandbox
from bot.sandbox.pytest import PATIENCE
from bot.slack.manifest import build_manifest

HERE = Path(__file__).parent
RUNBOOKS = runbook_files.load(shipped("runbooks"))
STARTS_AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
"""A Monday, three in the morning."""

ZONES = {
    "dana": "Europe/Madrid",
    "bo": "Europe/Amsterdam",
    "chen": "UTC",
    "eli": "America/New_York",
    "fay": "Europe/Madrid",
}


ANSWER_WITHIN = 20.0
"""Seconds in which every answer comes in the acknowledgement, however busy the machine is. How an answer that takes
longer is brought is tested in tests/slack."""
SHORT_AT_ENGINES = EnginePatience(timedelta(seconds=1), timedelta(seconds=0.05), timedelta(seconds=0.1))
SHORT = Patience(look_after=timedelta(seconds=0.3), first_pause=timedelta(seconds=0.05))


@dataclass
class Company:
    """The sandbox, the bot, the clock, and the people by name."""

    sandbox: Sandbox
    bot: Started
    clock: SteppedClock
    folder: Path

    def __getattr__(self, name: str) -> Person:
        return self.sandbox.person(name)

    @property
    def general(self) -> Channel:
        return self.sandbox.channel("general")

    @property
    def broadcast(self) -> Channel:
        return self.sandbox.channel("incidents")

    async def settle(self) -> None:
        """Wait until nothing is under way."""

        async def rested() -> bool:
            await self.sandbox.settled()
            return self.bot.delivery.is_idle and not await self.bot.under_way()

        await eventually(rested)

    async def incident(self, number: int = 1) -> Incident:
        async with self.bot.context.store.read() as tx:
            found = await tx.incident(IncidentNumber(number))
        assert found is not None
        return found

    async def channel(self, number: int = 1) -> Channel:
        """The incident's channel, once it is open and everything has come to rest."""
        await self.settle()
        incident = await self.incident(number)
        assert incident.channel is not None
        return self.sandbox.channel(incident.channel)

    async def declares(self, text: str, by: str = "dana") -> Channel:
        answer = (await self.sandbox.person(by).types(f"/incident declare {text}", in_="general")).text
        assert "declared" in answer, answer
        return await self.channel(int(answer.partition("INC-")[2].split()[0]))

    async def later(self, **span: float) -> None:
        """Let incident time pass, stopping at every deadline on the way."""
        until = self.clock.now() + timedelta(**span)
        await self.settle()
        while (due_at := await self.bot.next_deadline_at()) is not None and due_at <= until:
            self.clock.step_to(due_at)
            await self.settle()
        self.clock.step_to(until)
        await self.settle()


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 20.0) -> None:
    """Wait on a condition, never on time."""
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.01)


async def rename(folder: Path, table: str, name: str) -> None:
    """Without a table, whatever asks for it fails as it does without a database.

    In a thread, as a bot at work may be writing: it has to come to its end before the table can go.
    """

    def wait_and_rename() -> None:
        with closing(sqlite3.connect(folder / "muster.db", timeout=20)) as connection:
            connection.execute(f"ALTER TABLE {table} RENAME TO {name}")

    await asyncio.to_thread(wait_and_rename)


def policy_of(sandbox: Sandbox, **more: Any) -> dict[str, Any]:
    """A small company's policy: checkout and payments, dana on call, bo second, fay the manager."""
    dana, bo, fay = (sandbox.person(name).id for name in ("dana", "bo", "fay"))
    return {
        "services": {
            "checkout": {"name": "Checkout", "tier": 1, "oncall": "shop", "manager": fay, "tags": ["web", "deploy"]},
            "payments": {"name": "Payments", "tier": 1, "oncall": "shop", "tags": ["database", "postgres"]},
        },
        "default_schedule": "shop",
        "schedules": {
            "shop": {
                "rotation": "weekly",
                "start": "2026-03-02",
                "handover": "mon 00:00",
                "members": [dana, bo],
                "secondary": [bo, dana],
            }
        },
        "people": {"managers": [fay]},
        "duplicates": {"within": None},
        **more,
    }


@asynccontextmanager
async def company_at_work(
    folder: Path,
    database_url: str,
    policy: Mapping[str, Any] | None = None,
    patience: Patience | None = None,
    environment: Mapping[str, str] | None = None,
    runbooks: tuple[Runbook, ...] = RUNBOOKS,
    counted_by: Callable[[], float] | None = None,
) -> AsyncIterator[Company]:
    """A company with a local Slack of its own, for tests that start several or change the policy. `counted_by`: that
    Slack limits calls, and its minutes pass by this clock; None: it allows everything."""
    clock = SteppedClock(STARTS_AT)
    async with (
        Sandbox(
            now=clock.now,
            manifest=build_manifest(),
            patience=PATIENCE,
            ack_within=ANSWER_WITHIN,
            rate_limits=counted_by is not None,
        ) as sandbox,
        at_work(
            sandbox,
            clock,
            folder,
            database_url,
            policy,
            patience,
            environment=environment,
            runbooks=runbooks,
            counted_by=counted_by,
        ) as company,
    ):
        yield company


@asynccontextmanager
async def at_work(
    sandbox: Sandbox,
    clock: SteppedClock,
    folder: Path,
    database_url: str,
    policy: Mapping[str, Any] | None = None,
    patience: Patience | None = None,
    *,
    over_http: bool = False,
    environment: Mapping[str, str] | None = None,
    runbooks: tuple[Runbook, ...] = RUNBOOKS,
    counted_by: Callable[[], float] | None = None,
) -> AsyncIterator[Company]:
    """People and channels, and Muster behind them. `over_http`: Slack calls it, instead of by Socket Mode.
    `counted_by`: as of a company with a Slack of its own."""
    if counted_by is not None:
        sandbox.rates.clock = counted_by
    people = [
        sandbox.add_person(name, real_name=name.capitalize(), tz=tz, email=f"{name}@acme.example")
        for name, tz in ZONES.items()
    ]
    for name in ("general", "incidents"):
        channel = sandbox.add_channel(name, members=[*people, sandbox.bot])
        for person in people:
            if person.id not in channel.members:
                await person.joins(name)
    policy_file = folder / "policy.yml"
    policy_file.write_text(yaml.safe_dump(policy_of(sandbox, **(policy or {}))), encoding="utf-8")
    bot = build_bot(
        sandbox,
        clock,
        policy_file,
        database_url,
        patience or SHORT,
        over_http=over_http,
        more=environment or {},
        runbooks=runbooks,
        counted_by=counted_by,
    )
    async with bot.running() as started:
        if over_http:
            sandbox.deliver_to(f"http://127.0.0.1:{started.port}/slack/events")
        clock.on_step(started.wake)
        yield Company(sandbox, started, clock, folder)


def build_bot(
    sandbox: Sandbox,
    clock: SteppedClock,
    policy_file: Path,
    database_url: str,
    patience: Patience = SHORT,
    *,
    over_http: bool = False,
    more: Mapping[str, str] | None = None,
    runbooks: tuple[Runbook, ...] = RUNBOOKS,
    counted_by: Callable[[], float] | None = None,
) -> Bot:
    """The real bot, as `muster run` would build it; only its clock is stepped and its patience short, and it calls
    Slack as often as it likes where that allows everything."""
    environment = {
        **sandbox.environment(),
        "MUSTER_DATABASE_URL": database_url,
        "MUSTER_POLICY": str(policy_file),
        "MUSTER_HTTP_PORT": "0",
        "MUSTER_PUBLIC_URL": "http://127.0.0.1:0",
        "MUSTER_SLACK_PACE": "off" if counted_by is None else "on",
        **(more or {}),
    }
    if over_http:
        del environment["SLACK_APP_TOKEN"]
    settings = load(environment, env_file=None)
    waits = Waits(
        patience,
        between_pages=timedelta(0),
        before_working_on_it=ANSWER_WITHIN,
        before_alerts_come_again=ANSWER_WITHIN,
        for_engines=SHORT_AT_ENGINES,
        between_counts=timedelta(seconds=0.2),
        between_sweeps=timedelta(0),
        counted_by=counted_by or time.monotonic,
    )
    return Bot(settings, policies.load(policy_file), runbooks, clock.now, waits)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Scenarios run on SQLite; those of which the database could decide the course are marked to run on PostgreSQL too.
    What every verb reads and writes there is tested in `tests/store` and `test_verbs.py`."""
    left_out = [
        one
        for one in items
        if isinstance(one, pytest.Function)
        and HERE in one.path.parents
        and hasattr(one, "callspec")
        and one.callspec.params.get("database_url") == "postgres"
        and one.get_closest_marker("both_engines") is None
    ]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [one for one in items if one not in left_out]


@pytest.fixture
def clock() -> SteppedClock:
    """Incident time, which stands still until a test lets it pass."""
    return SteppedClock(STARTS_AT)


@pytest.fixture
def slack_now(clock: SteppedClock) -> Callable[[], datetime]:
    """Slack's clock is the bot's."""
    return clock.now


@pytest.fixture
def slack_manifest() -> Mapping[str, Any]:
    """Muster's own."""
    return build_manifest()


@pytest.fixture
def slack_ack_within() -> float:
    """Longer than Slack waits, for the scenarios are no test of the machine's speed."""
    return ANSWER_WITHIN


@pytest.fixture
async def company(slack: Sandbox, clock: SteppedClock, tmp_path: Path, database_url: str) -> AsyncIterator[Company]:
    """Muster at work, once on SQLite and once on PostgreSQL."""
    async with at_work(slack, clock, tmp_path, database_url) as company:
        yield company
