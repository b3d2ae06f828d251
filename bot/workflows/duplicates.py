"""The same thing reported twice: offer the open incident, join it, and notice when it is many."""

from functools import reduce

from bot.domain import duplicates as rules
from bot.domain.decision import Decision
from bot.domain.folding import evolve
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.store import Writing
from bot.workflows.context import Context, Order, Outcome, keep_answer, recall, require_writable


async def join(context: Context, order: Order, title: str) -> Outcome:
    """Be added to the channel; with a title, as somebody who was about to declare the same."""
    async with context.store.write() as tx:
        if earlier := await tx.answered(order.sender_id):
            return await recall(tx, earlier)
        incident = require_writable(await tx.load(order.number), order.number)
        decision = rules.join(incident, order.by, title, context.now())
        recorded = await tx.record(order.number, decision, context.now(), dedup=order.sender_id)
        await keep_answer(tx, order.sender_id, order.number, recorded)
        incident = reduce(evolve, recorded, incident)
        if title:
            await suggest_major(context, tx, incident)
        return Outcome(incident, recorded)


async def suggest_major(context: Context, tx: Writing, reported: Incident) -> None:
    """Tell somebody when many reports of a service came in a short time. Drills and private ones do not count."""
    if reported.service is None or reported.is_hidden or reported.is_drill:
        return
    numbers = [
        one.number
        for one in await tx.incidents(open_only=True, service=reported.service)
        if not one.is_hidden and not one.is_drill
    ]
    found = [await tx.incident(number) for number in sorted(numbers)]
    readable = [one for one in found if one is not None and one.is_readable]
    suggested = rules.suggest_major(readable, context.now(), context.policy.duplicates)
    if suggested is not None:
        oldest, decision = suggested
        await _record_once(context, tx, oldest.number, decision)


async def _record_once(context: Context, tx: Writing, number: IncidentNumber, decision: Decision) -> None:
    """The incident may have changed since it was read: once it is locked, the first suggestion wins."""
    incident = await tx.load(number)
    if incident is not None and incident.is_readable and not incident.is_major_suggested:
        await tx.record(number, decision, context.now())
