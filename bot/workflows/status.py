"""Move an incident through its lifecycle."""

from bot.domain import status as rules
from bot.workflows.desk import Desk, Order, Outcome, change


async def mitigate(desk: Desk, order: Order, what: str) -> Outcome:
    return await change(desk, order, lambda it: rules.mitigate(it, order.by, what, desk.now(), desk.policy))


async def resolve(desk: Desk, order: Order, what: str) -> Outcome:
    return await change(desk, order, lambda it: rules.resolve(it, order.by, what, desk.now(), desk.policy))


async def verify(desk: Desk, order: Order, how: str) -> Outcome:
    return await change(desk, order, lambda it: rules.verify(it, order.by, how, desk.now()))


async def close(desk: Desk, order: Order, unverified_because: str | None) -> Outcome:
    return await change(desk, order, lambda it: rules.close(it, order.by, unverified_because, desk.now(), desk.policy))


async def reopen(desk: Desk, order: Order, reason: str) -> Outcome:
    async with desk.store.read() as tx:
        found = await tx.incident(order.number)
        people = await tx.members(found.channel) if found and found.is_archived and found.channel else frozenset()
    return await change(
        desk, order, lambda it: rules.reopen(it, order.by, reason, desk.now(), desk.policy, sorted(people))
    )


async def cancel(desk: Desk, order: Order, reason: str) -> Outcome:
    return await change(desk, order, lambda it: rules.cancel(it, order.by, reason, desk.now(), desk.policy))
