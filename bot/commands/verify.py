"""`verify`: somebody looked, and it holds."""

from bot.commands.command import Asked, Command, done, require
from bot.door.reply import Reply
from bot.workflows import status

EXAMPLE = "verify @chen: error rate flat for 15 minutes"


async def handle(asked: Asked) -> Reply:
    how = require(asked.text, "Say by whom or by what it was verified, for example", EXAMPLE)
    return done(await status.verify(asked.context, asked.order, how))


COMMAND = Command(
    name="verify",
    summary="confirm that the resolution holds",
    usage="verify <by whom or what>",
    example=EXAMPLE,
    handle=handle,
)
