"""Add to the record by hand: notes and corrected times."""

from datetime import datetime

from bot.domain import record as rules
from bot.domain.vocabulary import TimeName
from bot.workflows.context import Context, Order, Outcome, change


async def add_note(context: Context, order: Order, text: str, happened_at: datetime | None) -> Outcome:
    return await change(
        context, order, lambda it: rules.add_note(it, order.by, text, happened_at or context.now(), context.now())
    )


async def amend_note(context: Context, order: Order, number: int, text: str) -> Outcome:
    return await change(context, order, lambda it: rules.amend_note(it, order.by, number, text, context.now()))


async def retract_note(context: Context, order: Order, number: int, reason: str) -> Outcome:
    return await change(context, order, lambda it: rules.retract_note(it, order.by, number, reason, context.now()))


async def correct_time(context: Context, order: Order, name: TimeName, value: datetime, reason: str) -> Outcome:
    return await change(context, order, lambda it: rules.correct_time(it, order.by, name, value, reason, context.now()))
