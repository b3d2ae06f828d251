"""Follow an incident from outside its channel."""

from bot.domain import follow as rules
from bot.workflows.context import Context, Order, Outcome, change


async def follow(context: Context, order: Order) -> Outcome:
    return await change(context, order, lambda it: rules.follow(it, order.by, context.now()))


async def unfollow(context: Context, order: Order) -> Outcome:
    return await change(context, order, lambda it: rules.unfollow(it, order.by, context.now()))
