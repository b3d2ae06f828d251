"""`metrics`: how well incidents were handled lately."""

from datetime import timedelta

from bot.blocks.metrics import metrics_report
from bot.commands.command import About, Asked, Command, say
from bot.commands.grammar import duration
from bot.domain.metrics import report
from bot.door.reply import Reply

USUAL = timedelta(days=90)


async def handle(asked: Asked) -> Reply:
    length = duration(asked.text) if asked.text else USUAL
    now = asked.context.now()
    async with asked.context.store.read() as tx:
        seen = await tx.measured(now - 2 * length, asked.by)
    names = {slug: service.name for slug, service in asked.context.policy.services.items()}
    return say(metrics_report(report(seen, now - length, now), names))


COMMAND = Command(
    name="metrics",
    summary="how well incidents were handled: times, service levels, updates; by priority and service",
    usage="metrics [90d]",
    example="metrics 30d",
    handle=handle,
    about=About.NOTHING,
)
