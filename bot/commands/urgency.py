"""`urgency`: re-classify by urgency, with a reason."""

from bot.commands.classifying import level_and_reason
from bot.commands.command import Asked, Command, done
from bot.slack.reply import Reply
from bot.workflows import priority

EXAMPLE = "urgency low traffic is low until Monday"


async def handle(asked: Asked) -> Reply:
    level, reason = level_and_reason(asked.text, EXAMPLE)
    return done(await priority.set_urgency(asked.desk, asked.order, level, reason))


COMMAND = Command(
    name="urgency",
    summary="change the urgency, with a reason; the priority follows from the matrix",
    usage="urgency high|medium|low <reason>",
    example=EXAMPLE,
    handle=handle,
)
