"""What the tests of delivery begin with: a destination that answers as it is told, and a clock that is stepped."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot.config import policy_loading as policies
from bot.delivery.delivery import Delivery
from bot.delivery.destination import Absent, Finding
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Outcome, OutOfReach
from bot.delivery.pace import Pace
from bot.delivery.patience import Patience
from bot.domain.incident import Incident
from bot.store import OutboxRow, Store
from bot.workflows.context import Context
from bot.workflows.giving_way import Waiting
from tests.store.given import NOON

ALL = ("pending", "in_flight", "done", "dead", "superseded", "held")


@dataclass
class Machine:
    """A machine's clock that stands still until it is set."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC) + timedelta(minutes=10))

    def now(self) -> datetime:
        return self.at


@dataclass
class Notebook:
    """A destination that notes what it was asked for, and answers as it is told."""

    name: str = "The notebook"
    answer: Callable[[Job], Awaitable[Outcome | OutOfReach]] | None = None
    finding: Finding = field(default_factory=Absent)
    delivered: list[Job] = field(default_factory=list)
    asked: int = 0

    async def deliver(self, job: Job) -> Outcome | OutOfReach:
        self.delivered.append(job)
        return await self.answer(job) if self.answer else Done({})

    async def find(self, _: Job) -> Finding:
        self.asked += 1
        return self.finding

    def always(self, outcome: Outcome) -> None:
        async def answer(_: Job) -> Outcome:
            return outcome

        self.answer = answer


@dataclass
class Bench:
    """A deliverer at work on a store, with one destination for everything."""

    store: Store
    notebook: Notebook
    machine: Machine
    delivery: Delivery
    told: list[str]
    waiting: Waiting

    async def rows(self) -> tuple[OutboxRow, ...]:
        async with self.store.read() as tx:
            return await tx.outbox(states=ALL)

    async def row(self, kind: str) -> OutboxRow:
        return next(one for one in await self.rows() if one.kind == kind)

    async def at(self, machine_time: datetime) -> None:
        """Set the clock, and wait until everything that is due then was tried."""
        self.machine.at = machine_time
        self.store.wake.set()
        await eventually(self._has_rested)

    async def _has_rested(self) -> bool:
        async with self.store.read() as tx:
            next_at = await tx.next_effect_at(self.machine.at)
            counts = await tx.outbox_counts()
        is_idle = self.delivery.is_idle and not counts.get("in_flight")
        return is_idle and (next_at is None or next_at > self.machine.at)


async def eventually(condition: Callable[[], Awaitable[bool]], within: float = 20.0) -> None:
    """Wait on a condition, never on time."""
    async with asyncio.timeout(within):
        while not await condition():
            await asyncio.sleep(0.005)


def a_context(store: Store) -> Context:
    return Context(store, policies.load(None), (), lambda: NOON)


@asynccontextmanager
async def delivering(
    store: Store,
    notebook: Notebook | None = None,
    *,
    patience: Patience | None = None,
    machine_now: Callable[[], datetime] | None = None,
    can_tell: Callable[[], bool] = lambda: True,
    pace: Pace | None = None,
) -> AsyncIterator[Bench]:
    """A deliverer at work while the body runs."""
    notebook, machine, told = notebook or Notebook(), Machine(), []

    async def tell(_: Incident, text: str) -> bool:
        told.append(text)
        return can_tell()

    context = a_context(store)
    named = dict.fromkeys(("slack", "webhooks", "pagers"), notebook)
    delivery = Delivery(context, named, tell, "me", machine_now or machine.now, patience or Patience(), pace)
    running = asyncio.create_task(delivery.run())
    try:
        yield Bench(store, notebook, machine, delivery, told, context.waiting)
    finally:
        delivery.stop()
        await running
