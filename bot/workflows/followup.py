"""Agree on follow-ups, and say what became of them."""

from dataclasses import dataclass
from datetime import date

from bot.domain import followup as rules
from bot.domain.ids import SlackUserId
from bot.domain.vocabulary import FollowUpState, Priority
from bot.workflows.context import Context, Order, Outcome
from bot.workflows.context import change as workflow


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is said of a follow-up; None: nothing."""

    owner: SlackUserId | None = None
    due: date | None = None
    priority: Priority | None = None
    link: str | None = None


async def agree(context: Context, order: Order, text: str, said: Wanted) -> Outcome:
    return await workflow(
        context,
        order,
        lambda it: rules.agree(
            it, order.by, text, said.owner, said.due, context.now(), context.policy, said.priority, said.link
        ),
    )


async def change(context: Context, order: Order, number: int, said: Wanted) -> Outcome:
    return await workflow(
        context,
        order,
        lambda it: rules.change(
            it, order.by, number, said.owner, said.due, context.now(), context.policy, said.priority, said.link
        ),
    )


async def end(context: Context, order: Order, number: int, state: FollowUpState, note: str) -> Outcome:
    return await workflow(context, order, lambda it: rules.end(it, order.by, number, state, note, context.now()))
