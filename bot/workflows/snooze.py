"""Hold reminders for a while."""

from datetime import timedelta

from bot.domain import snoozing
from bot.workflows.desk import Desk, Order, Outcome, change


async def snooze(desk: Desk, order: Order, span: timedelta, reason: str) -> Outcome:
    return await change(desk, order, lambda it: snoozing.snooze(it, order.by, span, reason, desk.now(), desk.policy))
