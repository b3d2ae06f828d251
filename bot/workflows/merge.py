"""Merge an incident into another: one transaction over both."""

from functools import reduce

from bot.domain.folding import evolve
from bot.domain.ids import IncidentNumber
from bot.domain.merging import merge as decide
from bot.workflows.desk import Desk, Order, Outcome, keep_answer, recall, require_writable


async def merge(desk: Desk, order: Order, into: IncidentNumber) -> Outcome:
    """Raises Refusal; then neither was touched. Both rows are locked in ascending order, so that two merges that cross
    wait for each other and do not block each other for ever."""
    async with desk.store.write() as tx:
        if earlier := await tx.answered(order.sender_id):
            return await recall(tx, earlier)
        found = {number: await tx.load(number) for number in sorted({order.number, into})}
        ours = require_writable(found[order.number], order.number)
        theirs = require_writable(found[into], into)
        people = await tx.members(ours.channel) if ours.channel else ()
        here, there = decide(ours, theirs, sorted(people), order.by, desk.now(), desk.policy)
        recorded = await tx.record(order.number, here, desk.now(), dedup=order.sender_id)
        await tx.record(into, there, desk.now(), dedup=f"{order.sender_id}/into")
        await keep_answer(tx, order.sender_id, order.number, recorded)
        return Outcome(reduce(evolve, recorded, ours), recorded)
