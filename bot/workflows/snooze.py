"""Hold reminders for a while."""

from datetime import timedelta

from bot.domain import snooze as rules
from bot.workflows.context import Context, Order, Outcome, change


async def snooze(context: Context, order: Order, span: timedelta, reason: str) -> Outcome:
    return await change(
        context, order, lambda it: rules.snooze(it, order.by, span, reason, context.now(), context.policy)
    )
