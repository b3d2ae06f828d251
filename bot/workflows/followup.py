"""Agree on follow-ups and start the review."""

from datetime import date

from bot.domain import followup as rules
from bot.domain.ids import SlackUserId
from bot.workflows.desk import Desk, Order, Outcome, change


async def agree(desk: Desk, order: Order, text: str, owner: SlackUserId | None, due: date | None) -> Outcome:
    return await change(desk, order, lambda it: rules.agree(it, order.by, text, owner, due, desk.now(), desk.policy))


async def start_review(desk: Desk, order: Order) -> Outcome:
    return await change(desk, order, lambda it: rules.start_review(it, order.by, desk.now(), desk.policy))
