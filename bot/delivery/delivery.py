"""The patient deliverer: claims effects lane by lane, has them delivered, and remembers what came of it.

`pending → in_flight` (committed, leased) → call → `done`, or back to `pending` to be tried again, or `dead`.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from prometheus_client import Counter, Histogram

from bot.delivery.destination import Absent, CannotTell, Destination, Found
from bot.delivery.job import AlertJob, AnyJob, DigestJob, HeadJob, Job, LeaseLost, ProposalJob, TryJob, load_job
from bot.delivery.outcomes import Done, Gone, NotYet, OutOfReach, Result, Retry, Unknown
from bot.delivery.pace import Limits, Pace
from bot.delivery.patience import Patience
from bot.delivery.undelivered import undelivered, waiting
from bot.domain.effects import (
    ELSEWHERE,
    SLACK,
    AlertEffect,
    Aside,
    DigestEffect,
    Effect,
    InvitePeople,
    OpenChannel,
    PagePerson,
    ProposalEffect,
    PublishHead,
    SendWebhook,
    StopPage,
    TryPager,
    UnknownEffect,
    destination_of,
    ends_with_channel,
    needs_channel,
    waits_for_channel,
)
from bot.domain.ids import IncidentNumber, ref
from bot.domain.incident import Incident
from bot.domain.reach import WHY
from bot.domain.vocabulary import ChannelLoss
from bot.door.under_way import Known, under_way
from bot.store import Claimed, Reading, Writing
from bot.store.outbox import LEFT
from bot.workflows.context import Context
from bot.workflows.observations import ANSWERED, finish, is_stopped, not_sent
from bot.workflows.reach import refused

log = structlog.get_logger(__name__)

EFFECT_SECONDS = Histogram(
    "muster_effect_seconds",
    "How long after it was stored an effect was done.",
    ["kind"],
    buckets=(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 15.0, 60.0, 300.0, 3600.0),
)
RETRIED = Counter("muster_effects_retried", "Attempts that failed and are repeated.", ["kind"])
BURIED = Counter("muster_effects_buried", "Effects that were given up, until somebody retries them.", ["kind"])

DAMAGED = "its row in the database is damaged"
GIVES_WAY_FOR = 0.25
"""Seconds for which an effect lets answers go first, before it is claimed and before it is finished."""
AT_ONCE = 8
"""So many lanes that wait for Slack are delivered at once, and so many others are begun at once."""
IN_A_ROW = 20
"""So many effects of one lane are delivered one after the other before other lanes have their turn."""
IDLE = timedelta(seconds=5)
"""How long the deliverer rests at the most before it looks again by itself."""
RENEWED_AFTER = 1 / 3
"""The part of a lease after which it is renewed."""

AnyDestination = (
    Destination[Job] | Destination[AlertJob] | Destination[ProposalJob] | Destination[HeadJob] | Destination[DigestJob]
)
Tell = Callable[[Incident, str], Awaitable[bool]]
"""Says something about a delivery where people read it; whether it could."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A claimed effect with what is needed to deliver it."""

    claimed: Claimed
    job: AnyJob | None = None
    """None: there is nothing to deliver, only something to be remembered or left alone."""
    defect: Exception | None = None
    """Why the job could not be read."""


class Delivery:
    """Delivers effects until stopped. Any number of these may work on one database."""

    def __init__(
        self,
        context: Context,
        destinations: Mapping[str, AnyDestination],
        tell: Tell,
        owner: str,
        machine_now: Callable[[], datetime],
        patience: Patience | None = None,
        pace: Pace | None = None,
    ) -> None:
        """`pace`: how often Slack may be called; None: as often as there is something to tell."""
        self._context = context
        self._store = context.store
        self._destinations = destinations
        self._tell = tell
        self._owner = owner
        self._machine_now = machine_now
        self._patience = patience or Patience()
        self._pace = pace
        self.under_way: set[asyncio.Task[None]] = set()
        """One task per lane that is being delivered."""
        self._elsewhere: set[asyncio.Task[None]] = set()
        """Those of them that wait for other systems than Slack: each lane has a slot of its own, so that what hangs
        there holds up nobody else."""
        self._leases: dict[asyncio.Task[None] | None, Claimed] = {}
        """What each of them works on and has not begun to give back."""
        self._stopping = False

    @property
    def is_idle(self) -> bool:
        return not self.under_way

    async def run(self) -> None:
        """Deliver until `stop` is called; then finish what can be finished soon, and hand the other leases back."""
        renewing = asyncio.create_task(self._keep_leases())
        try:
            while not self._stopping:
                try:
                    if not await self._start_some():
                        await self._rest()
                except Exception:  # the loop must not die: the database may be away for a while
                    log.exception("delivery.claim_failed")
                    await asyncio.sleep(1)
            await self._drain()
        finally:
            renewing.cancel()
        try:
            async with self._store.write() as tx:
                await tx.release_effects(self._owner)
        except Exception:  # the leases end by themselves
            log.exception("delivery.not_handed_back")

    def stop(self) -> None:
        self._stopping = True
        self._store.wake.set()

    async def _drain(self) -> None:
        """What takes longer is cut off: its lease is handed back, and whoever takes it up looks what became of it."""
        if not self.under_way:
            return
        _, left = await asyncio.wait(self.under_way, timeout=self._patience.drain.total_seconds())
        for task in left:
            log.warning("delivery.cut_off", effect=claimed.id if (claimed := self._leases.get(task)) else None)
            task.cancel()
        if left:
            await asyncio.wait(left)

    async def _keep_leases(self) -> None:
        """Renew what is under way; a lease that is lost all the same ends the work on it."""
        while True:
            await asyncio.sleep(self._patience.lease.total_seconds() * RENEWED_AFTER)
            held = dict(self._leases)
            try:
                async with self._store.write() as tx:
                    kept = await tx.renew_effects([*held.values()], self._machine_now() + self._patience.lease)
            except Exception:  # the next round may reach the database again
                log.exception("delivery.renewal_failed")
                continue
            for task, claimed in held.items():
                if task is not None and claimed.id not in kept and self._leases.get(task) is claimed:
                    log.warning("delivery.lease_lost", effect=claimed.id, kind=claimed.kind)
                    task.cancel()

    @property
    def _free(self) -> int:
        return max(0, AT_ONCE - len(self.under_way - self._elsewhere))

    def _limits(self, found: Sequence[Claimed] = ()) -> Limits:
        """`found`: what is about to be begun beside what is under way."""
        if self._pace is None:
            return Limits()
        return self._pace.limits(one.kind for one in (*self._leases.values(), *found))

    def _took(self, claimed: Claimed) -> None:
        if self._pace is not None:
            self._pace.took(claimed.kind, claimed.lane)

    async def _is_due_elsewhere(self) -> bool:
        now = self._machine_now()
        async with self._store.read() as tx:
            next_at = await tx.next_effect_at(now, elsewhere=True)
        return next_at is not None and next_at <= now

    async def _start_some(self) -> bool:
        """First a lane that people wait for, alone; whether there may be more to start."""
        self._store.wake.clear()
        is_full = self._free == 0
        if is_full and not await self._is_due_elsewhere():
            return False
        lane = self._store.urgent_lanes.pop(0) if self._store.urgent_lanes and not is_full else None
        if lane is None:
            await self._context.waiting.give_way(GIVES_WAY_FOR)
        async with self._store.write() as tx:
            found = await self._claim(tx, lane, elsewhere=is_full)
            taken = [await self._take(tx, claimed) for claimed in found]
        for one in taken:
            task = asyncio.create_task(self._work_off(one))
            self.under_way.add(task)
            self._leases[task] = one.claimed
            self._took(one.claimed)
            if isinstance(one.claimed.effect, ELSEWHERE):
                self._elsewhere.add(task)
            task.add_done_callback(self._ended)
        await asyncio.sleep(0)  # until they have begun: what nobody waits for gives way to a channel that is opened
        return lane is not None or bool(taken)

    async def _claim(self, tx: Writing, lane: str | None, *, elsewhere: bool) -> list[Claimed]:
        """As many as there are slots: where Slack allows little of something, a few at a time, each time counted
        anew."""
        found: list[Claimed] = []
        slots = AT_ONCE if elsewhere else self._free
        while slots > 0:
            limits = Limits() if elsewhere else self._limits(found)
            most = min(slots, limits.most or slots)
            claimed = await tx.claim_effects(
                self._owner,
                self._machine_now(),
                self._patience.lease,
                most,
                lane=lane,
                calls=True,
                elsewhere=elsewhere,
                paused=limits.paused,
            )
            found += claimed
            slots -= len(claimed)
            if len(claimed) < most or lane is not None:
                break
        return found

    async def _take(self, tx: Writing, claimed: Claimed) -> Taken:
        """Read what an effect needs in the transaction that claims it."""
        if isinstance(claimed.effect, UnknownEffect) or claimed.result.get(ANSWERED):
            return Taken(claimed)
        try:
            return Taken(claimed, await self._load(tx, claimed, claimed.effect))
        except Exception as error:  # noqa: BLE001 - what is wrong with one effect is said when its turn comes
            return Taken(claimed, defect=error)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self.under_way.discard(task)
        self._elsewhere.discard(task)
        self._leases.pop(task, None)
        self._store.wake.set()

    async def _rest(self) -> None:
        """Until something is committed, a delivery ends, the next effect's time comes, or Slack may be called again for
        what is paused."""
        now = self._machine_now()
        is_full = self._free == 0
        limits = Limits() if is_full else self._limits()
        async with self._store.read() as tx:
            next_at = await tx.next_effect_at(now, elsewhere=is_full, paused=limits.paused)
        rest = IDLE if next_at is None else min(IDLE, max(next_at - now, timedelta(milliseconds=20)))
        seconds = min(rest.total_seconds(), limits.changes_in or rest.total_seconds())
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):  # `wait_for` of Python 3.11 may lose that this task is cancelled
                await self._store.wake.wait()

    async def _work_off(self, taken: Taken | None) -> None:
        """One effect, and what follows it in its lane."""
        for _ in range(IN_A_ROW):
            if taken is None:
                return
            self._leases[asyncio.current_task()] = taken.claimed
            taken = await self._deliver(taken)
        if taken is not None:
            await self._hand_on(taken.claimed)

    @asynccontextmanager
    async def _giving_back(self) -> AsyncIterator[Writing]:
        """The transaction that ends the work on an effect. Its lease is no longer renewed, so that nobody takes an
        effect that was just finished for one that was lost; what is left of it is long enough."""
        self._leases.pop(asyncio.current_task(), None)
        async with self._store.write() as tx:
            yield tx

    async def _hand_on(self, claimed: Claimed) -> None:
        async with self._giving_back() as tx:
            await tx.retry_effect(claimed, self._machine_now(), "", unknown=claimed.is_unknown)

    async def _deliver(self, taken: Taken) -> Taken | None:
        """The next effect of the lane, once this one is done."""
        claimed = taken.claimed
        incident = ref(claimed.number) if claimed.number is not None else None
        known: dict[str, Known] = {
            "effect": claimed.id,
            "kind": claimed.kind,
            "lane": claimed.lane,
            "incident": incident,
        }
        with under_way(f"deliver {claimed.kind}", "later", claimed.trace, **known):
            return await self._deliver_one(taken)

    async def _deliver_one(self, taken: Taken) -> Taken | None:
        claimed = taken.claimed
        is_awaited = isinstance(claimed.effect, OpenChannel)
        try:
            with self._context.waiting.somebody() if is_awaited else nullcontext():
                return await self._attempt(taken)
        except LeaseLost:
            log.warning("delivery.lease_lost", effect=claimed.id, kind=claimed.kind)
        except Exception as error:  # a defect in one effect must not take the others with it
            log.exception("delivery.defect", effect=claimed.id, kind=claimed.kind)
            why = Unknown(f"defect: {type(error).__name__}")
            await self._try_again(claimed, why, within=self._patience.defect_for)
        return None

    async def _attempt(self, taken: Taken) -> Taken | None:
        claimed, job = taken.claimed, taken.job
        if taken.defect is not None:
            raise taken.defect
        if isinstance(claimed.effect, UnknownEffect):
            await (self._bury(claimed, DAMAGED) if claimed.effect.is_damaged else self._leave_to_newer(claimed))
            return None
        if job is None:
            return await self._done(claimed, claimed.result)
        if isinstance(job, Job) and job.now.is_out_of_reach and ends_with_channel(job.effect):
            return await self._done(claimed, {}, job)  # nobody reads there now; the timeline has it
        if isinstance(job, Job) and not claimed.is_unknown and job.has_passed(self._context.now()):
            return await self._done(claimed, {}, job)
        destination: Destination[Any] | None = self._destinations.get(destination_of(job.effect))
        if destination is None:
            await self._bury(claimed, "the policy names this place no more")
            return None
        if claimed.is_unknown:
            return await self._look(claimed, job, destination)
        return await self._call(claimed, job, destination)

    async def _load(self, tx: Reading, claimed: Claimed, effect: Effect | Aside) -> AnyJob:
        async def keep(result: Result) -> None:
            async with self._store.write() as writing:
                if not await writing.effect_partial(claimed, result, self._machine_now()):
                    raise LeaseLost

        if isinstance(effect, AlertEffect):
            alert = await tx.alert(effect.alert)
            if alert is None:
                raise LookupError("the effect's alert is gone")
            gathered = await tx.gathered_by(alert)
            return AlertJob(effect, claimed.key, alert, claimed.queued_at, claimed.result, keep, gathered=gathered)
        if isinstance(effect, ProposalEffect):
            proposal = await tx.proposal(effect.proposal)
            if proposal is None:
                raise LookupError("the effect's proposal is gone")
            incident = await tx.incident(proposal.incident) if proposal.incident is not None else None
            return ProposalJob(effect, claimed.key, proposal, incident, claimed.queued_at, claimed.result, keep)
        if isinstance(effect, TryPager):
            return TryJob(effect, claimed.key, claimed.result, keep)
        if isinstance(effect, DigestEffect):
            return DigestJob(effect, claimed.key, claimed.result, keep)
        if isinstance(effect, PublishHead):
            head = await tx.head(effect.head)
            if head is None:
                raise LookupError("the head is gone")
            return HeadJob(effect, claimed.key, head, claimed.queued_at, claimed.result, keep)
        if claimed.number is None:
            raise LookupError("an effect belongs to an incident, an alert or a proposal")
        return await load_job(tx, claimed.number, effect, claimed.cause, claimed.key, claimed.result, keep)

    async def _look(self, claimed: Claimed, job: AnyJob, destination: Destination[Any]) -> Taken | None:
        """What became of the last call; what did not happen is called again. So is a refresh, but no sooner: carried
        out late, the last call would undo what the next one shows."""
        now = self._machine_now()
        if claimed.called_at is not None and now < claimed.called_at + self._patience.look_after:
            async with self._giving_back() as tx:
                await tx.retry_effect(
                    claimed, claimed.called_at + self._patience.look_after, "outcome unknown", unknown=True
                )
            return None
        if claimed.is_refresh:
            return await self._call_again(claimed, job, destination)
        match await destination.find(job):
            case Found(result=result):
                return await self._done(claimed, result, job)
            case Absent():
                return await self._call_again(claimed, job, destination)
            case CannotTell(may_be_repeat=True):
                return await self._call_again(claimed, job.as_a_repeat(), destination)
            case CannotTell():
                why = f"{destination.name} could not be asked what became of the last attempt"
                await self._try_again(claimed, Unknown(why), within=self._patience.unknown_for)
                return None

    async def _call_again(self, claimed: Claimed, job: AnyJob, destination: Destination[Any]) -> Taken | None:
        async with self._store.write() as tx:
            if not await tx.effect_called(claimed, self._machine_now()):
                raise LeaseLost
        return await self._call(claimed, job, destination)

    async def _call(self, claimed: Claimed, job: AnyJob, destination: Destination[Any]) -> Taken | None:
        match await destination.deliver(job):
            case Done(result=result):
                return await self._done(claimed, result, job)
            case OutOfReach(why=why):
                await self._out_of_reach(claimed, job, why)
            case NotYet(after=after):
                now = self._machine_now()
                async with self._giving_back() as tx:
                    await tx.postpone_effect(claimed, now + after, now)
            case Unknown() as unknown:
                log.warning("delivery.unknown", effect=claimed.id, kind=claimed.kind, why=unknown.why)
                await self._try_again(claimed, unknown, within=self._patience.unknown_for)
            case Retry() as again:
                await self._try_again(claimed, again, within=self._patience.not_done_for)
            case Gone(error=error):
                await self._bury(claimed, error)
        return None

    async def _out_of_reach(self, claimed: Claimed, job: AnyJob, why: ChannelLoss) -> None:
        if not isinstance(job, Job):
            await self._try_again(claimed, Retry(None, why), within=self._patience.not_done_for)
        elif needs_channel(job.effect):
            await self._wait_for_channel(claimed, job, why)
        else:
            await self._wait_for_broadcast(claimed, job, why)

    async def _wait_for_channel(self, claimed: Claimed, job: Job, why: ChannelLoss) -> None:
        """Record that the channel cannot be written in; then the effect has its turn anew, as such a channel's."""
        async with self._store.write() as tx:
            await refused(self._context, tx, job.now.number, job.channel, why)
        await self._try_again(claimed, Retry(None, why), within=self._patience.not_done_for)

    async def _wait_for_broadcast(self, claimed: Claimed, job: Job, why: ChannelLoss) -> None:
        """The broadcast channel cannot be written in: what it is to show is held, and people are told once."""
        async with self._giving_back() as tx:
            is_told = await tx.is_held(claimed.lane, job.now.number)
            if not await tx.hold_effect(claimed, f"held until #{job.now.broadcast} can be written in: {why}"):
                raise LeaseLost
        where = f"#{(job.now.broadcast or '').lstrip('#')}"
        if not is_told:
            way = "Unarchive it, then type" if why is ChannelLoss.ARCHIVED else "Type"
            await self._tell(
                job.now,
                f":warning: Who follows in {where} does not see {job.now.ref} as it is: {WHY[why]}. "
                f"{way} `/invite @Muster` there; the card follows by itself.",
            )

    async def _done(self, claimed: Claimed, result: Result, job: AnyJob | None = None) -> Taken | None:
        """Remember it, and claim what follows in the lane in the same transaction. What the channel is to have, and
        cannot have now, is held for it."""
        if not isinstance(claimed.effect, OpenChannel | InvitePeople):  # people wait for these as for an answer
            await self._context.waiting.give_way(GIVES_WAY_FOR)
        now = self._machine_now()
        async with self._giving_back() as tx:
            is_held = isinstance(job, Job) and job.now.channel_lost is not None and waits_for_channel(job.effect)
            if is_held and claimed.number is not None:
                kept = await self._hold(tx, claimed, claimed.number)
            else:
                kept = await finish(self._context, tx, claimed, result, now)
            if not kept:
                raise LeaseLost
            if not is_held:
                EFFECT_SECONDS.labels(claimed.kind).observe(max(0.0, (now - claimed.queued_at).total_seconds()))
            limits = self._limits()
            if self._stopping or (limits.is_tight and not isinstance(claimed.effect, OpenChannel)):
                return None
            following = await tx.claim_effects(
                self._owner, now, self._patience.lease, 1, lane=claimed.lane, calls=True, paused=limits.paused
            )
            taken = await self._take(tx, following[0]) if following else None
        if taken is not None:
            self._took(taken.claimed)
        return taken

    async def _hold(self, tx: Writing, claimed: Claimed, number: IncidentNumber) -> bool:
        """Unless the channel came back meanwhile: then it has its turn at once."""
        incident = await tx.load(number)
        if incident is not None and incident.channel_lost is not None:
            return await tx.hold_effect(claimed, f"held until the channel can be written in: {incident.channel_lost}")
        return await tx.retry_effect(claimed, self._machine_now(), "", unknown=False)

    async def _try_again(self, claimed: Claimed, why: Retry | Unknown, *, within: timedelta) -> None:
        """Later; not for ever, and not without telling anybody."""
        now = self._machine_now()
        tried = age = now - (claimed.first_called_at or now)
        if isinstance(claimed.effect, SendWebhook):  # else each behind a receiver that is down has a day of its own
            age = now - claimed.queued_at
        if age >= within:
            await self._bury(claimed, why.why, tried_for=_spelled(age))
            return
        is_unknown = isinstance(why, Unknown)
        pause = self._patience.pause(age)
        if isinstance(why, Retry) and why.after is not None:
            pause = why.after
        elif is_unknown:
            pause = max(pause, self._patience.look_after)
        RETRIED.labels(claimed.kind).inc()
        is_page = isinstance(claimed.effect, PagePerson | StopPage | TryPager)
        if is_page and not is_unknown:  # what may have rung already rings again ever more rarely
            pause = min(pause, self._patience.between_pages)
        is_late = is_page and tried >= self._patience.page_within
        if is_late or tried >= self._patience.told_after:
            await self._tell_of_waiting(claimed, why.why, tried)
        async with self._giving_back() as tx:
            at = now if await is_stopped(tx, claimed) else now + pause
            await tx.retry_effect(claimed, at, why.why, unknown=is_unknown)
            if is_late:
                await not_sent(self._context, tx, claimed)

    async def _leave_to_newer(self, claimed: Claimed) -> None:
        now = self._machine_now()
        if now - claimed.queued_at >= self._patience.not_done_for:
            await self._bury(claimed, f"this version does not know the effect {claimed.kind}")
            return
        async with self._giving_back() as tx:
            pause = self._patience.pause(now - claimed.queued_at)
            await tx.retry_effect(claimed, now + pause, LEFT, unknown=claimed.is_unknown)

    async def _tell_of_waiting(self, claimed: Claimed, why: str, age: timedelta) -> None:
        """Once per incident while anything of it waits."""
        async with self._store.read() as tx:
            is_told = any(row.result.get("told") for row in await tx.outbox() if row.number == claimed.number)
            incident = await tx.incident(claimed.number) if claimed.number else None
        if is_told or incident is None or isinstance(claimed.effect, Aside):
            return
        text = waiting(incident, claimed.effect, why, self._name_of(claimed), _spelled(age))
        if await self._tell(incident, text):
            async with self._store.write() as tx:
                await tx.effect_partial(claimed, {"told": True})

    async def _bury(self, claimed: Claimed, error: str, *, tried_for: str = "") -> None:
        """Give up loudly: a line where people look, once for the same thing, and the effect stays until somebody
        retries it."""
        async with self._giving_back() as tx:
            if not await tx.bury_effect(claimed, f"gave up after {tried_for}: {error}" if tried_for else error):
                return
            await not_sent(self._context, tx, claimed)
        BURIED.labels(claimed.kind).inc()
        log.error("delivery.dead", effect=claimed.id, kind=claimed.kind, lane=claimed.lane, error=error)
        async with self._store.read() as tx:
            incident = await tx.incident(claimed.number) if claimed.number else None
            is_told = await tx.died_alike(claimed.id)
        if incident is not None and not is_told and not isinstance(claimed.effect, Aside):
            text = undelivered(incident, claimed.effect, error, self._name_of(claimed), tried_for)
            await self._tell(incident, text)

    def _name_of(self, claimed: Claimed) -> str:
        """Of the place an effect goes to."""
        effect = claimed.effect
        name = SLACK if isinstance(effect, UnknownEffect) else destination_of(effect)
        destination = self._destinations.get(name)
        return destination.name if destination else "A place that the policy names no more"


def _spelled(age: timedelta) -> str:
    minutes = round(age.total_seconds() / 60)
    return f"{minutes} minutes" if minutes < 120 else f"{round(minutes / 60)} hours"
