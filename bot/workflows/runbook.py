"""Link runbooks and report their steps."""

from bot.domain import runbook as rules
from bot.domain.reason import Reason
from bot.domain.vocabulary import StepOutcome
from bot.workflows.context import Context, Order, Outcome, change


async def link(context: Context, order: Order, runbook: rules.Runbook, why: Reason) -> Outcome:
    return await change(context, order, lambda it: rules.link(it, order.by, runbook, why, context.now()))


async def report_step(
    context: Context, order: Order, slug: str | None, number: int, outcome: StepOutcome, note: str
) -> Outcome:
    return await change(
        context,
        order,
        lambda it: rules.report_step(it, order.by, context.runbooks, slug, number, outcome, note, context.now()),
    )
