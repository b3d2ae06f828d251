"""Engines as destinations: what is approved is started once, and watched until it has ended."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.delivery.destination import Absent, CannotTell, Finding, Found
from bot.delivery.job import Job
from bot.delivery.outcomes import Done, Gone, NotYet, Outcome, Retry
from bot.domain.automation import version
from bot.domain.policy import Automation, Policy
from bot.domain.run import Run
from bot.domain.timeline import RunApproved, RunStarted
from bot.domain.vocabulary import RunOutcome
from bot.integrations.engines.engine import Ended, Engine, Order, result_of

LONGEST_WATCH = timedelta(hours=6)
"""Nothing is watched for longer; what has timed out is, for so long."""
SENT = "sent_at"
"""In the effect's result: when something was sent first; kept before it is."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for engines, in machine time."""

    looked_for: timedelta = timedelta(minutes=2)
    """How long a run is looked for whose start was not answered, before people are told that nobody knows."""
    shortest: timedelta = timedelta(seconds=3)
    longest: timedelta = timedelta(seconds=30)
    """Between two looks at what runs."""

    def pause(self, age: timedelta) -> timedelta:
        return min(max(self.shortest, age / 5), self.longest)


@dataclass(frozen=True, slots=True)
class Engines:
    """Those of the policy, by name."""

    running: Mapping[str, Engine]
    now: Callable[[], datetime]
    """Machine time."""
    patience: Patience = Patience()


class EngineDestination:
    """One engine, and what is to be run there."""

    def __init__(self, name: str, engines: Engines, policy: Callable[[], Policy]) -> None:
        self.name = f"The engine {name}"
        self._engine = engines.running[name]
        self._policy = policy
        self._now = engines.now
        self._patience = engines.patience

    async def deliver(self, job: Job) -> Outcome | NotYet:
        run, action = self._meant(job)
        if isinstance(job.cause.event, RunStarted):
            return await self._watch(job, run, action)
        if run is None or run.approved is None or run.started is not None:
            return Done({})
        if run.ended is not None:
            return Done({} if job.result.get(SENT) else _not_started("its time was over before it could be started"))
        if action is None:
            return Done(_not_started("the policy has changed since it was approved"))
        await job.keep({SENT: self._now().isoformat()})
        outcome = await self._engine.start(_order(job, run, action))
        if isinstance(outcome, Gone):
            return Done(_not_started(outcome.error))
        if isinstance(outcome, Retry):
            await job.keep({SENT: ""})
        return outcome

    async def find(self, job: Job) -> Finding:
        run, action = self._meant(job)
        sent_at = str(job.result.get(SENT) or "")
        if isinstance(job.cause.event, RunStarted) or not sent_at:
            return Absent()  # looking once more changes nothing, and nothing was sent before it was noted
        if run is None or run.started is not None or run.ended is not None:
            return Found({})
        try:
            found = await self._engine.find(_order(job, run, action)) if action is not None else None
        except OSError:
            found = None
        if found is not None:
            return Found({"handle": found.handle, "link": found.link})
        if self._now() - datetime.fromisoformat(sent_at) >= self._patience.looked_for:
            return Found({"outcome": RunOutcome.UNKNOWN.value})
        return CannotTell()

    async def _watch(self, job: Job, run: Run | None, action: Automation | None) -> Outcome | NotYet:
        if run is None or run.started is None or action is None or (run.ended and run.ended.outcome.is_definite):
            return Done({})
        since = datetime.fromisoformat(job.result["since"]) if "since" in job.result else self._now()
        if "since" not in job.result:
            await job.keep({"since": since.isoformat()})
        try:
            ended = await self._engine.look(_order(job, run, action), run.started.handle)
        except OSError:
            ended = None
        if ended is None and self._now() - since >= LONGEST_WATCH:
            return Done({})
        if ended is None:
            return NotYet(self._patience.pause(self._now() - since))
        return Done(await asyncio.to_thread(result_of, ended))

    def _meant(self, job: Job) -> tuple[Run | None, Automation | None]:
        """The run as it stands, and its action; None where the policy says something else by now."""
        event = job.cause.event
        if not isinstance(event, RunApproved | RunStarted):
            raise LookupError("an engine is asked for runs alone")
        run, policy = job.now.run(event.run.number), self._policy()
        action = policy.actions.get(run.planned.action) if run else None
        if run is None or action is None or run.proposed.version != version(action, policy.engines[action.engine]):
            return run, None
        return run, action


def _order(job: Job, run: Run, action: Automation) -> Order:
    given = {one.name: one.value for one in run.planned.given}
    key = run.approved.key if run.approved else ""
    return Order(key, job.now.ref, action, given, run.planned.is_dry)


def _not_started(why: str) -> dict[str, Any]:
    return result_of(Ended(RunOutcome.NOT_STARTED, why))
