"""Merge an incident into another: one transaction over both."""

from functools import reduce

from bot.domain.folding import evolve
from bot.domain.ids import IncidentNumber
from bot.domain.merge import merge as decide
from bot.workflows.context import Context, Order, Outcome, keep_answer, recall, require_writable


async def merge(context: Context, order: Order, into: IncidentNumber) -> Outcome:
    """Raises Refusal; then neither was touched. Both rows are locked in ascending order, so that two merges that cross
    wait for each other and do not block each other for ever."""
    async with context.store.write() as tx:
        if earlier := await tx.answered(order.sender_id):
            return await recall(tx, earlier)
        found = {number: await tx.load(number) for number in sorted({order.number, into})}
        ours = require_writable(found[order.number], order.number)
        theirs = require_writable(found[into], into)
        people = await tx.members(ours.channel) if ours.channel else ()
        here, there = decide(ours, theirs, sorted(people), order.by, context.now(), context.policy)
        recorded = await tx.record(order.number, here, context.now(), dedup=order.sender_id)
        await tx.record(into, there, context.now(), dedup=f"{order.sender_id}/into")
        await keep_answer(tx, order.sender_id, order.number, recorded)
        return Outcome(reduce(evolve, recorded, ours), recorded)
