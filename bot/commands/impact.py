"""`impact`: re-classify by impact, with a reason."""

from bot.commands.classifying import level_and_reason
from bot.commands.command import Asked, Command, done
from bot.slack.reply import Reply
from bot.workflows import priority

EXAMPLE = "impact high more regions are affected"


async def handle(asked: Asked) -> Reply:
    level, reason = level_and_reason(asked.text, EXAMPLE)
    return done(await priority.set_impact(asked.desk, asked.order, level, reason))


COMMAND = Command(
    name="impact",
    summary="change the impact, with a reason; the priority follows from the matrix",
    usage="impact high|medium|low <reason>",
    example=EXAMPLE,
    handle=handle,
)
