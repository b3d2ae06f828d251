"""Lead a review through its life."""

from datetime import datetime
from enum import StrEnum

from bot.domain import review as rules
from bot.domain.access import APPROVE
from bot.domain.decision import Decision
from bot.domain.incident import Incident
from bot.workflows.admitting import admit
from bot.workflows.context import Context, Order, Outcome, change


class Step(StrEnum):
    """What may be done with a review as a whole."""

    START = "start"
    APPROVE = "approve"
    PUBLISH = "publish"
    REOPEN = "reopen"
    WAIVE = "waive"


async def take(context: Context, order: Order, step: Step, reason: str = "") -> Outcome:
    """Take a step, as far as the policy lets this person. `reason` is for waiving and opening again."""
    if step is not Step.START:
        await admit(context, APPROVE, order.number, order.by)
    async with context.store.read() as tx:
        authors = frozenset(one.by for one in (await tx.written(order.number)).values() if one.text)

    def rule(incident: Incident) -> Decision:
        match step:
            case Step.START:
                return rules.start(incident, order.by, context.now(), context.policy)
            case Step.APPROVE:
                return rules.approve(incident, order.by, context.now(), context.policy, authors)
            case Step.PUBLISH:
                return rules.publish(incident, order.by, context.now(), context.policy)
            case Step.REOPEN:
                return rules.reopen(incident, order.by, reason, context.now())
            case Step.WAIVE:
                return rules.waive(incident, order.by, reason, context.now(), context.policy)

    return await change(context, order, rule)


async def move_meeting(context: Context, order: Order, meeting_at: datetime) -> Outcome:
    return await change(context, order, lambda it: rules.move_meeting(it, order.by, meeting_at, context.now()))
