"""`metrics`: how well incidents were handled lately."""

from datetime import timedelta

from bot.blocks.budgets import budget_report
from bot.blocks.metrics import metrics_report, runbook_report
from bot.commands.classifying import cut_first_word
from bot.commands.command import Command, TypedInvocation, say
from bot.domain.spans import duration
from bot.door.reply import Reply
from bot.verbs.budgets import ShowBudgets
from bot.verbs.reading import ShowMetrics, ShowRunbookMetrics
from bot.verbs.verb import About

USUAL = timedelta(days=90)


async def handle(invocation: TypedInvocation) -> Reply:
    first, rest = cut_first_word(invocation.text)
    if first.lower() == "runbooks":
        length = duration(rest) if rest else USUAL
        titles = {one.slug: one.title for one in invocation.context.runbooks}
        return say(runbook_report(await invocation.perform(ShowRunbookMetrics(length)), titles))
    if first.lower() == "budgets" and not rest:
        names = {slug: service.name for slug, service in invocation.context.policy.services.items()}
        return say(budget_report(await invocation.perform(ShowBudgets()), names))
    length = duration(invocation.text) if invocation.text else USUAL
    names = {slug: service.name for slug, service in invocation.context.policy.services.items()}
    return say(metrics_report(await invocation.perform(ShowMetrics(length)), names))


COMMAND = Command(
    name="metrics",
    summary="how well incidents were handled: times, service levels, updates; by priority and service. runbooks: how "
    "well those did; budgets: what is left of error budgets",
    usage="metrics [runbooks] [90d] | budgets",
    example="metrics 30d",
    handle=handle,
    about=About.NOTHING,
)
