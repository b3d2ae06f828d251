"""Classify an incident anew, with a reason."""

from bot.domain import reclassify as rules
from bot.workflows.context import Context, Order, Outcome, change


async def reclassify(context: Context, order: Order, what: rules.Change, reason: str) -> Outcome:
    return await change(
        context,
        order,
        lambda it: rules.reclassify(it, order.by, what, reason, context.now(), context.policy, context.runbooks),
    )
