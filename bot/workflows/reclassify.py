"""Classify an incident anew, with a reason."""

from bot.domain import reclassification as rules
from bot.workflows.desk import Desk, Order, Outcome, change


async def reclassify(desk: Desk, order: Order, what: rules.Change, reason: str) -> Outcome:
    return await change(
        desk,
        order,
        lambda it: rules.reclassify(it, order.by, what, reason, desk.now(), desk.policy, desk.runbooks),
    )
