"""The tick: every deadline whose time has come is acted on, once."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from bot.workflows.deadlines import fire
from bot.workflows.desk import Desk

log = structlog.get_logger(__name__)

LEASE = timedelta(seconds=30)
AT_ONCE = 100


class Deadlines:
    """Watches the deadlines. The schedule, a commit or the clock only wake it; what is due stands in the database."""

    def __init__(self, desk: Desk, owner: str, machine_now: Callable[[], datetime]) -> None:
        self._desk = desk
        self._owner = owner
        self._machine_now = machine_now
        self._awake = asyncio.Event()
        self._stopping = False
        self.last_tick_at: datetime | None = None
        """Machine time of the last completed tick."""
        self.is_idle = True

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Tick whenever woken, until stopped."""
        while not self._stopping:
            await self._awake.wait()
            self._awake.clear()
            self.is_idle = False
            try:
                await self.tick()
            except Exception:  # the loop must not die: the database may be away for a while
                log.exception("deadlines.tick_failed")
            finally:
                self.is_idle = not self._awake.is_set()

    async def tick(self) -> int:
        """Act on everything due now; how many deadlines fired. A late tick catches up and speaks once of each."""
        fired = 0
        while True:
            async with self._desk.store.write() as tx:
                due = await tx.claim_deadlines(self._owner, self._desk.now(), self._machine_now(), LEASE, AT_ONCE)
            if not due:
                self.last_tick_at = self._machine_now()
                return fired
            for deadline in due:
                fired += await fire(self._desk, deadline)
