"""Works off what monitoring and pipelines delivered: once, in order, and whatever Slack does."""

from datetime import datetime

import structlog
from prometheus_client import Counter

from bot.domain.alerting import report_of
from bot.domain.alerts import Alert
from bot.domain.refusal import Refusal
from bot.domain.vocabulary import SignalState
from bot.door.caller import ALERTS, Caller
from bot.door.under_way import under_way
from bot.jobs.woken import Woken
from bot.verbs.declaring import AlreadyOpen
from bot.verbs.perform import perform
from bot.verbs.requests import Declare
from bot.verbs.verb import Dependencies
from bot.workflows.alerts import (
    ask_instead,
    attach_to,
    is_said_to_be_silent,
    say_quiet,
    set_aside,
    tell_silence,
    where_to_join,
    work_off,
)
from bot.workflows.changes import tell_changes
from bot.workflows.context import Context

log = structlog.get_logger(__name__)

AT_ONCE = 50
"""Deliveries of one transaction. Many share one wait for the disk; more would keep commands waiting for longer."""
GIVES_WAY_FOR = 0.1
"""Seconds for which a batch lets answers go first."""

DELIVERIES = Counter("muster_alert_deliveries_worked_off", "Deliveries of monitoring that were worked off.")


class Alerts(Woken):
    """What is delivered stands in the database; whoever delivers, the clock or a commit only wake it."""

    failed = "alerts.tick_failed"

    def __init__(self, dependencies: Dependencies) -> None:
        super().__init__()
        self._dependencies = dependencies
        self._context: Context = dependencies.context
        self._began_at = self._context.now()
        self._told: dict[str, datetime] = {}
        """Source → since when it was silent when people were told."""
        self._spoke: set[str] = set()
        """The sources that are known not to be said to be silent."""

    async def tick(self) -> None:
        """Work off everything that waits, then say what has become quiet, and what has become silent."""
        await self._listen()
        async with self._context.store.read() as tx:
            waits = await tx.are_alerts_waiting()
            changes = bool(await tx.changes_waiting(1))
            next_at = await tx.next_alert_at()
        while waits and not self._stopping:
            await self._context.waiting.give_way(GIVES_WAY_FOR)
            took = await self._work_off(AT_ONCE)
            await self._declare()
            waits = took == AT_ONCE
        while changes and not self._stopping:
            changes = bool(await tell_changes(self._context))
        if _is_due(next_at, self._context.now()):
            await say_quiet(self._context)

    async def next_at(self) -> datetime | None:
        """When something is to be said unless something comes before, in incident time."""
        async with self._context.store.read() as tx:
            next_at, heard = await tx.next_alert_at(), await tx.heard_from()
        spans = self._context.policy.alerting.silent_after
        quiet = {source: heard.get(source, self._began_at) for source in spans}
        silent = [since + spans[source] for source, since in quiet.items() if self._told.get(source) != since]
        return min((at for at in (next_at, *silent) if at is not None), default=None)

    async def _listen(self) -> None:
        """Tell of each source that has been silent for too long, and that it speaks again."""
        spans = self._context.policy.alerting.silent_after
        if not spans:
            return
        async with self._context.store.read() as tx:
            heard = await tx.heard_from()
        for source, span in spans.items():
            since = heard.get(source, self._began_at)
            if since + span <= self._context.now():
                if self._told.get(source) != since:
                    await tell_silence(self._context, source, since, SignalState.FIRING)
                    self._told[source] = since
                    self._spoke.discard(source)
            elif source not in self._spoke:
                if await is_said_to_be_silent(self._context, source, since):
                    await tell_silence(self._context, source, since, SignalState.RESOLVED)
                self._spoke.add(source)

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
        with under_way("alert", alert=alert.number):
            await self._declare_or_join(alert)

    async def _declare_or_join(self, alert: Alert) -> None:
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
