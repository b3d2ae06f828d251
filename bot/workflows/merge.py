"""Merge an incident into another: one transaction over both."""

from bot.domain.ids import IncidentNumber
from bot.domain.merge import merge as rule
from bot.door.caller import Caller
from bot.store import Writing
from bot.workflows.context import Context, Decided, Outcome, answer_once, require_writable


async def merge(context: Context, caller: Caller, number: IncidentNumber, into: IncidentNumber) -> Outcome:
    """Raises Refusal; then neither was touched. Both rows are locked in ascending order, so that two merges that cross
    wait for each other and do not block each other for ever."""

    async def decide(tx: Writing) -> Decided:
        found = {one: await tx.load(one) for one in sorted({number, into})}
        ours, theirs = require_writable(found[number], number), require_writable(found[into], into)
        people = await tx.members(ours.channel) if ours.channel else ()
        here, there = rule(ours, theirs, sorted(people), caller.person, context.now(), context.policy)
        return Decided(number, ours, here, elsewhere={into: there})

    return await answer_once(context, caller, decide)
