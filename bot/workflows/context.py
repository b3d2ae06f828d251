"""What every workflow works with, and the three lines that never vary: transaction, load, record."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce

from bot.domain.decision import Decision
from bot.domain.folding import evolve
from bot.domain.ids import IncidentNumber, SlackUserId, ref
from bot.domain.incident import Incident
from bot.domain.policy import Policy
from bot.domain.refusal import BeingUpgraded, NotFound
from bot.domain.runbook import Runbook
from bot.domain.timeline import Recorded
from bot.store import Answered, Reading, Store, Writing
from bot.workflows.waiting import Waiting


@dataclass(slots=True)
class Context:
    """The incident context: where facts are kept, what was agreed, and what time it is (incident time)."""

    store: Store
    policy: Policy
    """With the shifts of its schedules as feeds and user groups gave them last."""
    runbooks: tuple[Runbook, ...]
    now: Callable[[], datetime]
    waiting: Waiting = field(default_factory=Waiting)


@dataclass(frozen=True, slots=True)
class Order:
    """Who asks, about which incident. `sender_id` is the same when Slack delivers the request again."""

    sender_id: str
    by: SlackUserId
    number: IncidentNumber


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a request brought about: the incident afterwards, and the events it added."""

    incident: Incident
    recorded: tuple[Recorded, ...]


Rule = Callable[[Incident], Decision]


async def change(context: Context, order: Order, rule: Rule) -> Outcome:
    """Decide on one incident and remember it, once per request.

    Raises whatever Refusal the rule raises; then nothing was recorded.
    """

    async def decide(_: Writing, incident: Incident) -> Decision:
        return rule(incident)

    return await change_with(context, order, decide)


async def change_with(
    context: Context,
    order: Order,
    decide: Callable[[Writing, Incident], Awaitable[Decision]],
    *,
    takes_number: bool = False,
) -> Outcome:
    """The same, for a decision that needs to know more than the incident. `takes_number`: it may take a number of the
    workspace, whose row is locked before the incident's."""
    async with context.store.write() as tx:
        if earlier := await tx.answered(order.sender_id):
            return await recall(tx, earlier)
        if takes_number:
            await tx.lock_workspace()
        incident = require_writable(await tx.load(order.number), order.number)
        decision = await decide(tx, incident)
        recorded = await tx.record(order.number, decision, context.now(), dedup=order.sender_id)
        await keep_answer(tx, order.sender_id, order.number, recorded)
        return Outcome(reduce(evolve, recorded, incident), recorded)


def require_writable(incident: Incident | None, number: IncidentNumber) -> Incident:
    """Refuse what does not exist, and what a newer version wrote."""
    if incident is None:
        raise NotFound(ref=ref(number))
    if not incident.is_readable:
        raise BeingUpgraded(ref=incident.ref)
    return incident


async def keep_answer(tx: Writing, sender_id: str, number: IncidentNumber, recorded: tuple[Recorded, ...]) -> None:
    """Remember what a request brought about, so that its second delivery gets the same answer."""
    if recorded:
        await tx.answer(sender_id, Answered(number, recorded[0].seq, recorded[-1].seq))


async def recall(tx: Reading, earlier: Answered) -> Outcome:
    """The outcome of a request that was carried out before."""
    incident = await tx.incident_as_of(earlier.number, earlier.last_seq)
    if incident is None:
        raise NotFound(ref=ref(earlier.number))
    return Outcome(incident, await tx.events_from(earlier.number, earlier.first_seq, earlier.last_seq))
