"""`escalate`: tell the next people."""

from bot.commands.command import Asked, Command, done, require
from bot.door.reply import Reply
from bot.workflows import invite

EXAMPLE = "escalate production data is lost"


async def handle(asked: Asked) -> Reply:
    reason = require(asked.text, "Say why, for example", EXAMPLE)
    return done(await invite.escalate(asked.context, asked.order, reason))


COMMAND = Command(
    name="escalate",
    summary="tell the deputy or the secondary on call, and the managers",
    usage="escalate <reason>",
    example=EXAMPLE,
    handle=handle,
)
