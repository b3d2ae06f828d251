"""Move an incident through its lifecycle."""

from bot.domain import status as rules
from bot.workflows.context import Context, Order, Outcome, change


async def mitigate(context: Context, order: Order, what: str) -> Outcome:
    return await change(context, order, lambda it: rules.mitigate(it, order.by, what, context.now(), context.policy))


async def resolve(context: Context, order: Order, what: str) -> Outcome:
    return await change(context, order, lambda it: rules.resolve(it, order.by, what, context.now(), context.policy))


async def verify(context: Context, order: Order, how: str) -> Outcome:
    return await change(context, order, lambda it: rules.verify(it, order.by, how, context.now()))


async def close(context: Context, order: Order, unverified_because: str | None) -> Outcome:
    return await change(
        context, order, lambda it: rules.close(it, order.by, unverified_because, context.now(), context.policy)
    )


async def reopen(context: Context, order: Order, reason: str) -> Outcome:
    async with context.store.read() as tx:
        found = await tx.incident(order.number)
        people = await tx.members(found.channel) if found and found.is_archived and found.channel else frozenset()
    return await change(
        context, order, lambda it: rules.reopen(it, order.by, reason, context.now(), context.policy, sorted(people))
    )


async def cancel(context: Context, order: Order, reason: str) -> Outcome:
    return await change(context, order, lambda it: rules.cancel(it, order.by, reason, context.now(), context.policy))
