"""`metrics`: how well incidents were handled lately."""

from datetime import timedelta

from bot.blocks.metrics import metrics_report
from bot.commands.command import Command, TypedInvocation, say
from bot.domain.spans import duration
from bot.door.reply import Reply
from bot.verbs.reading import ShowMetrics
from bot.verbs.verb import About

USUAL = timedelta(days=90)


async def handle(invocation: TypedInvocation) -> Reply:
    length = duration(invocation.text) if invocation.text else USUAL
    names = {slug: service.name for slug, service in invocation.context.policy.services.items()}
    return say(metrics_report(await invocation.perform(ShowMetrics(length)), names))


COMMAND = Command(
    name="metrics",
    summary="how well incidents were handled: times, service levels, updates; by priority and service",
    usage="metrics [90d]",
    example="metrics 30d",
    handle=handle,
    about=About.NOTHING,
)
