"""Classify an incident anew, with a reason."""

from bot.domain import priority as rules
from bot.domain.vocabulary import Level, Priority
from bot.workflows.desk import Desk, Order, Outcome, change


async def set_priority(desk: Desk, order: Order, priority: Priority, reason: str) -> Outcome:
    return await change(
        desk, order, lambda it: rules.set_priority(it, order.by, priority, reason, desk.now(), desk.policy)
    )


async def set_impact(desk: Desk, order: Order, impact: Level, reason: str) -> Outcome:
    return await change(desk, order, lambda it: rules.set_impact(it, order.by, impact, reason, desk.now(), desk.policy))


async def set_urgency(desk: Desk, order: Order, urgency: Level, reason: str) -> Outcome:
    return await change(
        desk, order, lambda it: rules.set_urgency(it, order.by, urgency, reason, desk.now(), desk.policy)
    )
