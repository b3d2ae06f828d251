"""Add to the record by hand: notes and corrected times."""

from datetime import datetime

from bot.domain import record as rules
from bot.domain.vocabulary import TimeName
from bot.workflows.desk import Desk, Order, Outcome, change


async def add_note(desk: Desk, order: Order, text: str, happened_at: datetime | None) -> Outcome:
    return await change(
        desk, order, lambda it: rules.add_note(it, order.by, text, happened_at or desk.now(), desk.now())
    )


async def amend_note(desk: Desk, order: Order, number: int, text: str) -> Outcome:
    return await change(desk, order, lambda it: rules.amend_note(it, order.by, number, text, desk.now()))


async def retract_note(desk: Desk, order: Order, number: int, reason: str) -> Outcome:
    return await change(desk, order, lambda it: rules.retract_note(it, order.by, number, reason, desk.now()))


async def correct_time(desk: Desk, order: Order, name: TimeName, value: datetime, reason: str) -> Outcome:
    return await change(desk, order, lambda it: rules.correct_time(it, order.by, name, value, reason, desk.now()))
