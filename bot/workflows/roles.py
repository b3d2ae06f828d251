"""Ask for command, accept it, pass it on; give the other roles."""

from bot.domain import roles as rules
from bot.domain.transcript import Person
from bot.domain.vocabulary import Role
from bot.workflows.desk import Desk, Order, Outcome, change


async def accept(desk: Desk, order: Order) -> Outcome:
    return await change(desk, order, lambda it: rules.accept(it, order.by, desk.now()))


async def ask_commander(desk: Desk, order: Order, person: Person) -> Outcome:
    return await change(desk, order, lambda it: rules.ask_commander(it, order.by, person, desk.now()))


async def offer_handover(desk: Desk, order: Order, person: Person) -> Outcome:
    return await change(desk, order, lambda it: rules.offer_handover(it, order.by, person, desk.now()))


async def take_over(desk: Desk, order: Order) -> Outcome:
    return await change(desk, order, lambda it: rules.take_over(it, order.by, desk.now(), desk.policy))


async def assign_role(desk: Desk, order: Order, role: Role, person: Person) -> Outcome:
    return await change(desk, order, lambda it: rules.assign_role(it, order.by, role, person, desk.now()))
