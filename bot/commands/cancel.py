"""`cancel`: there was no incident."""

from bot.commands.command import Asked, Command, done, require
from bot.door.reply import Reply
from bot.workflows import status

EXAMPLE = "cancel the alert came from a test environment"


async def handle(asked: Asked) -> Reply:
    reason = require(asked.text, "Say why it is cancelled, for example", EXAMPLE)
    return done(await status.cancel(asked.context, asked.order, reason))


COMMAND = Command(
    name="cancel",
    summary="there was no incident after all",
    usage="cancel <reason>",
    example=EXAMPLE,
    handle=handle,
)
