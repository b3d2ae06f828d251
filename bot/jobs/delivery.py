"""The patient deliverer: claims effects lane by lane, performs them, and remembers what came of it.

`pending → in_flight` (committed, leased) → call → `done`, or back to `pending` to be tried again, or `dead`.
"""

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from prometheus_client import Counter

from bot.jobs.catching_up import CatchingUp
from bot.jobs.perform import Keep, Performed, Performer, Result
from bot.jobs.reconcile import CannotTell, Found, NeverHappened, Reconciler
from bot.jobs.scene import Scene, set_scene
from bot.slack.gateway import Gateway
from bot.slack.history import PAUSE
from bot.slack.outcomes import Gone, Retry, Unknown
from bot.store import Claimed
from bot.workflows import observations
from bot.workflows.context import Context

log = structlog.get_logger(__name__)

BURIED = Counter("muster_effects_buried", "Effects that were given up, until somebody retries them.", ["kind"])

LEASE = timedelta(seconds=30)
LEASE_LEFT = timedelta(seconds=15)
"""A call starts only with this much of the lease left: a call's total time-out is 10 s."""
LOOK_AFTER = timedelta(seconds=15)
"""How long after a call of unknown outcome we look for its trace: Slack may still be acting."""
AT_ONCE = 8
MAX_ATTEMPTS = 30
FIRST_PAUSE = timedelta(seconds=0.5)
LONGEST_PAUSE = timedelta(minutes=5)
IDLE = timedelta(seconds=5)
"""How long the deliverer rests at the most before it looks again by itself."""


def pause_after(attempts: int, first: timedelta = FIRST_PAUSE) -> timedelta:
    """Exponential back-off with jitter: somewhere between half and the whole of the step."""
    doublings = min(attempts, 16)
    step: timedelta = min(first * 2**doublings, LONGEST_PAUSE)
    return step * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing


@dataclass(slots=True)
class Patience:
    """The spans of delivery; tests and the demo wait less long."""

    look_after: timedelta = LOOK_AFTER
    first_pause: timedelta = FIRST_PAUSE
    lease: timedelta = LEASE
    between_pages: timedelta = PAUSE
    """When a channel is read back."""


class Delivery:
    """Delivers effects until stopped. Any number of these may work on one database."""

    def __init__(
        self,
        context: Context,
        gateway: Gateway,
        owner: str,
        machine_now: Callable[[], datetime],
        patience: Patience | None = None,
        catching_up: CatchingUp | None = None,
    ) -> None:
        """Without `catching_up` no channel is read back before its review is written."""
        self._context = context
        self._store = context.store
        self._gateway = gateway
        self._owner = owner
        self._machine_now = machine_now
        self._patience = patience or Patience()
        self._performer = Performer(context, gateway, catching_up)
        self._reconciler = Reconciler(context, gateway, self._performer)
        self.under_way: set[asyncio.Task[None]] = set()
        """One task per effect that is being delivered."""
        self._stopping = False

    async def run(self) -> None:
        """Deliver until `stop` is called; then finish what is under way and hand the other leases back."""
        while not self._stopping:
            started = 0
            try:
                started = await self._start_some()
            except Exception:  # the loop must not die: the database may be away for a while
                log.exception("delivery.claim_failed")
                await asyncio.sleep(1)
            if not started:
                await self._rest()
        if self.under_way:
            await asyncio.wait(self.under_way)
        async with self._store.write() as tx:
            await tx.release_effects(self._owner)

    def stop(self) -> None:
        self._stopping = True
        self._store.wake.set()

    @property
    def is_idle(self) -> bool:
        return not self.under_way

    async def _start_some(self) -> int:
        free = AT_ONCE - len(self.under_way)
        if free <= 0:
            return 0
        self._store.wake.clear()
        now = self._machine_now()
        async with self._store.write() as tx:
            claimed = await tx.claim_effects(self._owner, now, self._patience.lease, free)
        for effect in claimed:
            task = asyncio.create_task(self._deliver(effect, now + self._patience.lease))
            self.under_way.add(task)
            task.add_done_callback(self._ended)
        return len(claimed)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        self._store.wake.set()

    async def _rest(self) -> None:
        """Until something is committed, a delivery ends, or the next effect's time comes."""
        async with self._store.read() as tx:
            next_at = await tx.next_effect_at()
        rest = IDLE if next_at is None else min(IDLE, max(next_at - self._machine_now(), timedelta(milliseconds=20)))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._store.wake.wait(), rest.total_seconds())

    async def _deliver(self, effect: Claimed, lease_until: datetime) -> None:
        try:
            await self._attempt(effect, lease_until)
        except Exception as error:  # a defect in one effect must not take the others with it
            log.exception("delivery.defect", effect=effect.id, kind=effect.kind)
            await self._try_again(effect, Unknown(f"defect: {type(error).__name__}"))

    async def _attempt(self, effect: Claimed, lease_until: datetime) -> None:
        async with self._store.read() as tx:
            scene = await set_scene(tx, effect)
        if effect.is_unknown and not effect.is_refresh:
            if effect.called_at is not None and self._machine_now() < effect.called_at + self._patience.look_after:
                await self._look_later(effect, effect.called_at)
                return
            match await self._reconciler.look_for(scene):
                case Found(performed):
                    await self._done(scene, performed)
                    return
                case NeverHappened():
                    pass
                case CannotTell(may_be_repeat=True):
                    scene = scene.as_a_repeat()
                case CannotTell():
                    await self._try_again(effect, Unknown("Slack could not be asked what became of the last attempt"))
                    return
        if self._machine_now() > lease_until - LEASE_LEFT and self._patience.lease >= LEASE:
            await self._try_again(effect, Retry(timedelta(0), "too little of the lease was left"))
            return
        async with self._store.write() as tx:
            if not await tx.effect_called(effect.id, self._owner, self._machine_now()):
                return
        called_at = self._machine_now()
        match await self._performer.perform(scene, self._keep_partial(effect)):
            case Performed() as performed:
                await self._done(scene, performed)
            case Unknown() as unknown if not effect.is_refresh:
                log.warning("delivery.unknown", effect=effect.id, kind=effect.kind, why=unknown.why)
                await self._look_later(effect, called_at)
            case Retry() | Unknown() as again:
                await self._try_again(effect, again)
            case Gone() as gone:
                await self._bury(scene, gone.error)

    def _keep_partial(self, effect: Claimed) -> Keep:
        async def keep(result: Result) -> None:
            async with self._store.write() as tx:
                await tx.effect_partial(effect.id, self._owner, result)

        return keep

    async def _done(self, scene: Scene, performed: Performed) -> None:
        effect = scene.effect
        await observations.finish(
            self._context, effect.id, self._owner, performed.result, effect.number, performed.observed
        )

    async def _look_later(self, effect: Claimed, called_at: datetime) -> None:
        """The outcome is unknown: come back when Slack must have finished acting, and look."""
        async with self._store.write() as tx:
            await tx.retry_effect(
                effect.id, self._owner, called_at + self._patience.look_after, "outcome unknown", unknown=True
            )

    async def _try_again(self, effect: Claimed, why: Retry | Unknown) -> None:
        attempts = effect.attempts + 1
        if attempts >= MAX_ATTEMPTS:
            async with self._store.read() as tx:
                scene = await set_scene(tx, effect)
            await self._bury(scene, f"gave up after {attempts} attempts: {why.why}")
            return
        asked = why.after if isinstance(why, Retry) else None
        not_before = self._machine_now() + (
            pause_after(attempts, self._patience.first_pause) if asked is None else asked
        )
        unknown = isinstance(why, Unknown) and not effect.is_refresh
        async with self._store.write() as tx:
            await tx.retry_effect(effect.id, self._owner, not_before, why.why, unknown=unknown)

    async def _bury(self, scene: Scene, error: str) -> None:
        """Give up loudly: a line where people look, and the effect stays until somebody retries it."""
        effect = scene.effect
        async with self._store.write() as tx:
            if not await tx.bury_effect(effect.id, self._owner, error):
                return
        BURIED.labels(effect.kind).inc()
        log.error("delivery.dead", effect=effect.id, kind=effect.kind, lane=effect.lane, error=error)
        await self._performer.tell_of_loss(scene, error)
