"""`metrics`: how well incidents were handled lately."""

from datetime import timedelta

from bot.blocks.metrics import metrics_report
from bot.commands.command import Command, TypedInvocation, say
from bot.commands.when import duration
from bot.domain.metrics import report
from bot.door.reply import Reply
from bot.verbs.verb import About
from bot.workflows.seeing import visible

USUAL = timedelta(days=90)


async def handle(invocation: TypedInvocation) -> Reply:
    length = duration(invocation.text) if invocation.text else USUAL
    now = invocation.context.now()
    since = now - 2 * length
    known = await visible(invocation.context, invocation.viewer, open_only=False, since=since)
    async with invocation.context.store.read() as tx:
        seen = await tx.measured(since, {one.number for one in known})
    names = {slug: service.name for slug, service in invocation.context.policy.services.items()}
    return say(metrics_report(report(seen, now - length, now), names))


COMMAND = Command(
    name="metrics",
    summary="how well incidents were handled: times, service levels, updates; by priority and service",
    usage="metrics [90d]",
    example="metrics 30d",
    handle=handle,
    about=About.NOTHING,
)
