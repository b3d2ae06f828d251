"""Works off what monitoring delivered: once, in order, and whatever Slack does."""

import asyncio
from datetime import datetime

import structlog
from prometheus_client import Counter

from bot.domain.alerting import report_of
from bot.domain.alerts import Alert
from bot.domain.refusal import Refusal
from bot.door.caller import ALERTS, Caller
from bot.verbs.declaring import AlreadyOpen
from bot.verbs.perform import perform
from bot.verbs.requests import Declare
from bot.verbs.verb import Dependencies
from bot.workflows.alerts import ask_instead, attach_to, say_quiet, set_aside, where_to_join, work_off
from bot.workflows.context import Context

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Deliveries of one transaction. Many share one wait for the disk; more would keep commands waiting for longer."""
GIVES_WAY_FOR = 0.1
"""Seconds for which a batch lets answers go first."""

DELIVERIES = Counter("muster_alert_deliveries_worked_off", "Deliveries of monitoring that were worked off.")


class Alerts:
    """What is delivered stands in the database; whoever delivers, the clock or a commit only wake it."""

    def __init__(self, dependencies: Dependencies) -> None:
        self._dependencies = dependencies
        self._context: Context = dependencies.context
        self._awake = asyncio.Event()
        self._stopping = False
        self.is_idle = True

    def wake(self) -> None:
        self._awake.set()

    def stop(self) -> None:
        self._stopping = True
        self._awake.set()

    async def run(self) -> None:
        """Work whenever woken, until stopped."""
        while not self._stopping:
            await self._awake.wait()
            self._awake.clear()
            self.is_idle = False
            try:
                await self.tick()
            except Exception:  # the loop must not die: the database may be away for a while
                log.exception("alerts.tick_failed")
            finally:
                self.is_idle = not self._awake.is_set()

    async def tick(self) -> None:
        """Work off everything that waits, then say what has become quiet."""
        async with self._context.store.read() as tx:
            waits = await tx.are_alerts_waiting()
            next_at = await tx.next_alert_at()
        while waits and not self._stopping:
            await self._context.waiting.give_way(GIVES_WAY_FOR)
            took = await self._work_off(AT_ONCE)
            await self._declare()
            waits = took == AT_ONCE
        if _is_due(next_at, self._context.now()):
            await say_quiet(self._context)

    async def _work_off(self, limit: int) -> int:
        """What one delivery fails of does not keep the others waiting."""
        try:
            took = await work_off(self._context, limit)
        except Exception as error:
            if limit > 1:
                return sum([await self._work_off(1) for _ in range(limit)])
            log.exception("alerts.delivery_failed")
            await set_aside(self._context, type(error).__name__)
            return 1
        DELIVERIES.inc(took)
        return took

    async def _declare(self) -> None:
        """One after the other: whoever joins another's incident comes after that one."""
        async with self._context.store.read() as tx:
            declaring = await tx.declaring_alerts()
        for alert in declaring:
            if self._stopping:
                return
            await self._declare_one(alert)

    async def _declare_one(self, alert: Alert) -> None:
        joins = await where_to_join(self._context, alert)
        if joins is not None and await attach_to(self._context, alert.number, joins):
            return
        caller = Caller(alert.integration, ALERTS, f"alert/{alert.number}")
        try:
            await perform(
                self._dependencies, caller, Declare(report_of(alert, self._context.policy), alert=alert.number)
            )
        except AlreadyOpen as open_one:
            if not await attach_to(self._context, alert.number, open_one.same.number):
                await ask_instead(self._context, alert.number)
        except Refusal as refusal:
            log.warning("alerts.not_declared", alert=alert.number, why=type(refusal).__name__)
            await ask_instead(self._context, alert.number)


def _is_due(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now
