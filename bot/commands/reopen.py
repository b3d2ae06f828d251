"""`reopen`: it is not over after all."""

from bot.commands.command import Asked, Command, done, require
from bot.door.reply import Reply
from bot.workflows import status

EXAMPLE = "reopen errors are back since the evening deploy"


async def handle(asked: Asked) -> Reply:
    reason = require(asked.text, "Say why it is opened again, for example", EXAMPLE)
    return done(await status.reopen(asked.context, asked.order, reason))


COMMAND = Command(
    name="reopen",
    summary="go back to investigating; the clocks start anew",
    usage="reopen <reason>",
    example=EXAMPLE,
    handle=handle,
)
