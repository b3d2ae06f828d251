"""Let a private incident be listed elsewhere."""

from bot.domain import disclosing as rules
from bot.workflows.context import Context, Order, Outcome, change


async def disclose(context: Context, order: Order, reason: str) -> Outcome:
    return await change(context, order, lambda it: rules.disclose(it, order.by, reason, context.now(), context.policy))
