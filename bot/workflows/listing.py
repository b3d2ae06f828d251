"""Let a private incident be listed elsewhere."""

from bot.domain import listing as rules
from bot.workflows.desk import Desk, Order, Outcome, change


async def list_elsewhere(desk: Desk, order: Order, reason: str) -> Outcome:
    return await change(desk, order, lambda it: rules.list_elsewhere(it, order.by, reason, desk.now(), desk.policy))
