"""Bring people in: invite, page, escalate."""

from collections.abc import Sequence

from bot.domain import invite as rules
from bot.domain.ids import SlackUserId
from bot.domain.policy import Service
from bot.workflows.context import Context, Order, Outcome, change


async def invite(context: Context, order: Order, people: Sequence[SlackUserId]) -> Outcome:
    return await change(context, order, lambda it: rules.invite(it, order.by, people, context.now()))


async def page(context: Context, order: Order, service: Service) -> Outcome:
    return await change(context, order, lambda it: rules.page(it, order.by, service, context.now(), context.policy))


async def escalate(context: Context, order: Order, reason: str) -> Outcome:
    return await change(context, order, lambda it: rules.escalate(it, order.by, reason, context.now(), context.policy))
