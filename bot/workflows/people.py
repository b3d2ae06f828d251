"""Bring people in: invite, page, escalate."""

from collections.abc import Sequence

from bot.domain import people as rules
from bot.domain.ids import SlackUserId
from bot.domain.policy import Service
from bot.workflows.desk import Desk, Order, Outcome, change


async def invite(desk: Desk, order: Order, people: Sequence[SlackUserId]) -> Outcome:
    return await change(desk, order, lambda it: rules.invite(it, order.by, people, desk.now()))


async def page(desk: Desk, order: Order, service: Service) -> Outcome:
    return await change(desk, order, lambda it: rules.page(it, order.by, service, desk.now(), desk.policy))


async def escalate(desk: Desk, order: Order, reason: str) -> Outcome:
    return await change(desk, order, lambda it: rules.escalate(it, order.by, reason, desk.now(), desk.policy))
