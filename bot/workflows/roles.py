"""Ask for command, accept it, pass it on; give the other roles."""

from bot.domain import roles as rules
from bot.domain.people import Profile
from bot.domain.vocabulary import Role
from bot.workflows.context import Context, Order, Outcome, change


async def accept(context: Context, order: Order) -> Outcome:
    return await change(context, order, lambda it: rules.accept(it, order.by, context.now()))


async def ask_commander(context: Context, order: Order, person: Profile) -> Outcome:
    return await change(context, order, lambda it: rules.ask_commander(it, order.by, person, context.now()))


async def offer_handover(context: Context, order: Order, person: Profile) -> Outcome:
    return await change(context, order, lambda it: rules.offer_handover(it, order.by, person, context.now()))


async def take_over(context: Context, order: Order) -> Outcome:
    return await change(context, order, lambda it: rules.take_over(it, order.by, context.now(), context.policy))


async def assign_role(context: Context, order: Order, role: Role, person: Profile) -> Outcome:
    return await change(context, order, lambda it: rules.assign_role(it, order.by, role, person, context.now()))
