"""Lead a review through its life."""

from bot.domain import reviewing as rules
from bot.workflows.desk import Desk, Order, Outcome, change


async def start(desk: Desk, order: Order) -> Outcome:
    return await change(desk, order, lambda it: rules.start(it, order.by, desk.now(), desk.policy))


async def approve(desk: Desk, order: Order) -> Outcome:
    return await change(desk, order, lambda it: rules.approve(it, order.by, desk.now(), desk.policy))


async def publish(desk: Desk, order: Order) -> Outcome:
    return await change(desk, order, lambda it: rules.publish(it, order.by, desk.now()))


async def waive(desk: Desk, order: Order, reason: str) -> Outcome:
    return await change(desk, order, lambda it: rules.waive(it, order.by, reason, desk.now(), desk.policy))
