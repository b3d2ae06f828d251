"""Link runbooks and report their steps."""

from bot.domain import runbook as rules
from bot.domain.vocabulary import StepOutcome
from bot.workflows.desk import Desk, Order, Outcome, change


async def link(desk: Desk, order: Order, runbook: rules.Runbook, why: str) -> Outcome:
    return await change(desk, order, lambda it: rules.link(it, order.by, runbook, why, desk.now()))


async def report_step(
    desk: Desk, order: Order, slug: str | None, number: int, outcome: StepOutcome, note: str
) -> Outcome:
    return await change(
        desk,
        order,
        lambda it: rules.report_step(it, order.by, desk.runbooks, slug, number, outcome, note, desk.now()),
    )
