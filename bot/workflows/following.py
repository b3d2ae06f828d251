"""Follow an incident from outside its channel."""

from bot.domain import following as rules
from bot.workflows.desk import Desk, Order, Outcome, change


async def follow(desk: Desk, order: Order) -> Outcome:
    return await change(desk, order, lambda it: rules.follow(it, order.by, desk.now()))


async def unfollow(desk: Desk, order: Order) -> Outcome:
    return await change(desk, order, lambda it: rules.unfollow(it, order.by, desk.now()))
