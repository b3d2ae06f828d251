"""Agree on follow-ups, and say what became of them."""

from dataclasses import dataclass
from datetime import date

from bot.domain import followup as rules
from bot.domain.ids import SlackUserId
from bot.domain.vocabulary import FollowUpState, Priority
from bot.workflows.desk import Desk, Order, Outcome
from bot.workflows.desk import change as workflow


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said of a follow-up; None: nothing."""

    owner: SlackUserId | None = None
    due: date | None = None
    priority: Priority | None = None
    link: str | None = None


async def agree(desk: Desk, order: Order, text: str, said: Wanted) -> Outcome:
    return await workflow(
        desk,
        order,
        lambda it: rules.agree(
            it, order.by, text, said.owner, said.due, desk.now(), desk.policy, said.priority, said.link
        ),
    )


async def change(desk: Desk, order: Order, number: int, said: Wanted) -> Outcome:
    return await workflow(
        desk,
        order,
        lambda it: rules.change(
            it, order.by, number, said.owner, said.due, desk.now(), desk.policy, said.priority, said.link
        ),
    )


async def end(desk: Desk, order: Order, number: int, state: FollowUpState, note: str) -> Outcome:
    return await workflow(desk, order, lambda it: rules.end(it, order.by, number, state, note, desk.now()))
