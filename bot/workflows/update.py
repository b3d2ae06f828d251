"""Post an update and restart the clock."""

from datetime import datetime, timedelta

from bot.domain import update as rules
from bot.domain.timeline import Update
from bot.workflows.context import Context, Order, Outcome, change


async def post_update(context: Context, order: Order, update: Update, next_in: timedelta | datetime | None) -> Outcome:
    return await change(
        context, order, lambda it: rules.post_update(it, order.by, update, next_in, context.now(), context.policy)
    )
