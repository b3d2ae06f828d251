"""`priority`: set the priority by hand, with a reason."""

from bot.commands.classifying import priority_and_reason
from bot.commands.command import Asked, Command, done
from bot.slack.reply import Reply
from bot.workflows import priority

EXAMPLE = "priority P2 only one region is affected"


async def handle(asked: Asked) -> Reply:
    wanted, reason = priority_and_reason(asked.text, EXAMPLE)
    return done(await priority.set_priority(asked.desk, asked.order, wanted, reason))


COMMAND = Command(
    name="priority",
    summary="set the priority by hand, with a reason",
    usage="priority P1…P4 <reason>",
    example=EXAMPLE,
    handle=handle,
)
