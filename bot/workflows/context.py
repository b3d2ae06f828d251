"""What every workflow works with, and the three lines that never vary: transaction, load, record."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import reduce

from bot.domain.audience import TELLS_OUTSIDE, effects_of
from bot.domain.decision import Decision, credited
from bot.domain.folding import evolve, fold
from bot.domain.ids import IncidentNumber, ref
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusal import BeingUpgraded, NotFound, Refusal
from bot.domain.runbook import Runbook
from bot.domain.timeline import ChannelRegained, ChannelReplaced, IncidentReopened, Recorded
from bot.domain.vocabulary import ProposalState
from bot.domain.webhooks import TOLD, all_of
from bot.door.caller import Caller, Seen
from bot.store import Answered, Reading, Store, ToRecord, Writing
from bot.workflows import proposals
from bot.workflows.giving_way import Waiting
from bot.workflows.presence import Presence

COUNTS_EVERY = timedelta(seconds=10)
"""How long a card may lag behind the count of an alert that goes on (machine time): a storm is told by few edits."""


class AskedOtherwise(Refusal):
    """This key was used before, for another request. Use a new key for each request, and the same one only to send it
    again."""


class MovedOn(Refusal):
    """{ref} has changed since you read it: entry {seq} of its timeline is not the last any more. Read it again, and
    decide on how it stands now."""


@dataclass(slots=True)
class Context:
    """The incident context: where facts are kept, what was agreed, and what time it is (incident time)."""

    store: Store
    policy: Policy
    """With the shifts of its schedules as feeds and user groups gave them last."""
    runbooks: tuple[Runbook, ...]
    now: Callable[[], datetime]
    waiting: Waiting = field(default_factory=Waiting)
    presence: Presence = field(default_factory=Presence)
    counts_every: timedelta = COUNTS_EVERY


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request brought about: the incident afterwards, and the events it added."""

    incident: Incident
    recorded: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class Decided:
    """What a request comes to: the decision on its incident, and on others that it touches."""

    number: IncidentNumber
    before: Incident | None
    """None for an incident that is declared now."""
    decision: Decision
    elsewhere: Mapping[IncidentNumber, Decision] = field(default_factory=dict)
    then: Callable[[Writing, Incident], Awaitable[None]] | None = None
    """What Muster itself adds in the same transaction, given the incident as it is afterwards."""


@dataclass(frozen=True, slots=True)
class Deciding:
    """A decision on an incident, to be recorded. `dedup` makes recording the same thing twice impossible: a second time
    raises an integrity error."""

    number: IncidentNumber
    decision: Decision
    dedup: str | None = None


class Rehearsed(Exception):
    """What a request would come to, of somebody who only wants to know."""

    def __init__(self, decided: Decided) -> None:
        super().__init__(decided.number)
        self.decided = decided


async def answer_once(context: Context, caller: Caller, decide: Callable[[Writing], Awaitable[Decided]]) -> Outcome:
    """Decide and remember it in one transaction, as what the caller did; a second delivery gets the same answer.

    Raises whatever Refusal `decide` raises, MovedOn, and Rehearsed; then nothing was recorded.
    """
    async with context.store.write() as tx:
        if earlier := await tx.answered(caller.key):
            return await recall(tx, earlier, caller)
        proposal = await proposals.take(tx, caller.proposal, context.now()) if caller.proposal is not None else None
        decided = await _decided(tx, caller, decide)
        proposed = proposal.proposer if proposal else None
        decision = credited(decided.decision, caller.actor, proposed)
        recorded = await record(context, tx, decided.number, decision, caller.key)
        for number, other in decided.elsewhere.items():
            await record(context, tx, number, credited(other, caller.actor, proposed), f"{caller.key}/into")
        if proposal is not None:
            await proposals.settle(tx, proposal, ProposalState.DONE, caller.person, decided.number)
        await _keep_answer(tx, caller, decided.number, recorded)
        incident = reduce(evolve, recorded, decided.before) if decided.before else fold(recorded)
        if decided.then is not None:
            await decided.then(tx, incident)
        if caller.is_rehearsing:
            raise Rehearsed(decided)  # which gives the transaction up
        return Outcome(incident, recorded)


async def _decided(tx: Writing, caller: Caller, decide: Callable[[Writing], Awaitable[Decided]]) -> Decided:
    """What the request comes to. Raises MovedOn, also for what is refused only because of what came between."""
    try:
        decided = await decide(tx)
    except Refusal:
        await require_unmoved(tx, caller.seen)
        raise
    await require_unmoved(tx, caller.seen)
    return decided


async def require_unmoved(tx: Writing, seen: Seen | None) -> None:
    """Whoever says what they saw decides on that and on nothing else; to be asked once the incident is locked. Raises
    MovedOn."""
    if seen is None:
        return
    incident = await tx.incident(seen.number)
    if incident is not None and incident.last_seq != seen.seq:
        raise MovedOn(ref=incident.ref, seq=seen.seq)


async def record(
    context: Context, tx: Writing, number: IncidentNumber, decision: Decision, dedup: str | None = None
) -> tuple[Recorded, ...]:
    """Record what was decided, and queue what follows from it; there is no other way to do either. `dedup` makes
    recording the same thing twice impossible: a second time raises an integrity error."""
    (recorded,) = await record_all(context, tx, [Deciding(number, decision, dedup)])
    return recorded


async def record_all(context: Context, tx: Writing, decided: Sequence[Deciding]) -> tuple[tuple[Recorded, ...], ...]:
    """The same for decisions on several incidents, each of which was made before any of them is recorded."""
    recorded = await tx.record_all([await _with_effects(context, tx, one) for one in decided], context.now())
    for one in decided:
        await _see_to_held(tx, one.number, one.decision)
    return recorded


async def _with_effects(context: Context, tx: Writing, one: Deciding) -> ToRecord:
    decision, before = one.decision, await tx.load(one.number)
    if before and before.channel and any(isinstance(event, TELLS_OUTSIDE) for event in decision.events):
        decision = replace(decision, present=await tx.members(before.channel))
    policy = context.policy
    if any(type(event) in TOLD for event in decision.events):
        policy = replace(policy, webhooks=all_of(policy, await tx.subscriptions()))
    return ToRecord(one.number, decision.events, effects_of(decision, before, policy), one.dedup)


async def _see_to_held(tx: Writing, number: IncidentNumber, decision: Decision) -> None:
    """What waits for the incident's channel goes on, or is not wanted any more."""
    for event in decision.events:
        match event:
            case ChannelRegained():
                await tx.free_held(number)
            case IncidentReopened(was_channel=was) if was is not None:
                await tx.drop_held(number)
            case ChannelReplaced():
                await tx.drop_held(number)
            case _:
                pass


async def answered_before(context: Context, caller: Caller) -> Outcome | None:
    """The answer that the same request got when it was delivered before."""
    async with context.store.read() as tx:
        earlier = await tx.answered(caller.key)
        return await recall(tx, earlier, caller) if earlier else None


async def load(tx: Writing, number: IncidentNumber) -> Incident:
    """The incident, locked until the transaction ends. Raises NotFound, BeingUpgraded."""
    return require_writable(await tx.load(number), number)


async def look_at(tx: Reading, number: IncidentNumber) -> Incident:
    """The incident as it stands, also one that a newer version has written. Raises NotFound."""
    incident = await tx.incident(number)
    if incident is None:
        raise NotFound(ref=ref(number))
    return incident


def require_writable(incident: Incident | None, number: IncidentNumber) -> Incident:
    """Refuse what does not exist, and what a newer version wrote."""
    if incident is None:
        raise NotFound(ref=ref(number))
    if not incident.is_readable:
        raise BeingUpgraded(ref=incident.ref)
    return incident


async def _keep_answer(tx: Writing, caller: Caller, number: IncidentNumber, recorded: tuple[Recorded, ...]) -> None:
    """Remember what a request brought about, so that its second delivery gets the same answer."""
    if recorded:
        await tx.answer(caller.key, Answered(number, recorded[0].seq, recorded[-1].seq, caller.asked))


async def recall(tx: Reading, earlier: Answered, caller: Caller) -> Outcome:
    """The outcome of a request that was carried out before. Raises AskedOtherwise."""
    if None not in (earlier.asked, caller.asked) and earlier.asked != caller.asked:
        raise AskedOtherwise
    incident = await tx.incident_as_of(earlier.number, earlier.last_seq)
    if incident is None:
        raise NotFound(ref=ref(earlier.number))
    return Outcome(incident, await tx.events_from(earlier.number, earlier.first_seq, earlier.last_seq))
