"""The tick: every deadline whose time has come is acted on, once; so is every proposal that nobody answered."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from prometheus_client import Histogram

from bot.domain.ids import ref
from bot.door.under_way import under_way
from bot.jobs.woken import Woken
from bot.store import DueDeadline
from bot.workflows.context import Context
from bot.workflows.deadlines import fire
from bot.workflows.proposals import expire

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
AT_ONCE = 100
GIVES_WAY_FOR = 0.1
"""Seconds for which a batch of deadlines lets answers go first."""
TOGETHER = 50
"""Decided in one transaction, in about 50 ms: commands wait for it. Many share a wait for the disk, and statements."""
RENEWED_AFTER = 1 / 3
"""The part of a lease after which it is renewed; with many due, acting on all of them may take long."""

LATENESS = Histogram(
    "muster_deadline_lateness_seconds",
    "How long after its time a deadline was acted on.",
    buckets=(0.1, 0.25, 0.5, 1, 1.5, 2.5, 5, 10, 30, 60, 300, 3600),
)
TICK_SECONDS = Histogram("muster_tick_seconds", "How long a tick took that had something to do.")


class Deadlines(Woken):
    """Watches the deadlines. The schedule, a commit or the clock only wake it; what is due stands in the database."""

    failed = "deadlines.tick_failed"

    def __init__(
        self, context: Context, owner: str, machine_now: Callable[[], datetime], lease: timedelta = LEASE
    ) -> None:
        """`lease` is other than usual only to be quick in tests."""
        super().__init__()
        self._context = context
        self._owner = owner
        self._machine_now = machine_now
        self._lease = lease
        self.last_tick_at: datetime | None = None
        """Machine time of the last completed tick."""

    async def tick(self) -> int:
        """Act on everything due now; how many deadlines fired. A late tick catches up and speaks once of each."""
        fired = 0
        began = self._machine_now()
        while not self._stopping:
            async with self._context.store.write() as tx:
                due = await tx.claim_deadlines(
                    self._owner, self._context.now(), self._machine_now(), self._lease, AT_ONCE
                )
            if not due:
                break
            fired += await self._act_on(due)
        await expire(self._context.store, self._context.now())
        self.last_tick_at = self._machine_now()
        if fired:
            TICK_SECONDS.observe((self.last_tick_at - began).total_seconds())
        return fired

    async def _act_on(self, due: Sequence[DueDeadline]) -> int:
        fired = 0
        claimed_at = self._machine_now()
        for place in range(0, len(due), TOGETHER):
            if self._stopping:
                await self._hand_back(due[place:])
                break
            if self._machine_now() - claimed_at > self._lease * RENEWED_AFTER:
                claimed_at = self._machine_now()
                async with self._context.store.write() as tx:
                    await tx.renew_deadlines(due[place:], self._owner, claimed_at + self._lease)
            await self._context.waiting.give_way(GIVES_WAY_FOR)
            fired += await self._fire(due[place : place + TOGETHER])
        return fired

    async def _fire(self, due: Sequence[DueDeadline]) -> int:
        """Those of one transaction; when one of them fails, each in a transaction of its own."""
        try:
            with under_way("deadlines", due=len(due)):
                fired = await fire(self._context, due)
        except Exception:
            if len(due) > 1:
                return sum([await self._fire([one]) for one in due])
            # A defect in one deadline must not take others with it. It keeps its lease, and is tried again after that.
            (failed,) = due
            log.exception("deadlines.failed", incident=ref(failed.number), kind=failed.kind, step=failed.step)
            return 0
        for one in fired:
            LATENESS.observe((self._context.now() - one.due_at).total_seconds())
        return len(fired)

    async def _hand_back(self, due: Sequence[DueDeadline]) -> None:
        async with self._context.store.write() as tx:
            await tx.release_deadlines(due, self._owner)
