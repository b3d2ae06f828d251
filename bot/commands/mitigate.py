"""`mitigate`: the impact has stopped."""

from bot.commands.command import Asked, Command, done, require
from bot.door.reply import Reply
from bot.workflows import status

EXAMPLE = "mitigate traffic moved to the standby"


async def handle(asked: Asked) -> Reply:
    what = require(asked.text, "Say what stopped the impact, for example", EXAMPLE)
    return done(await status.mitigate(asked.context, asked.order, what))


COMMAND = Command(
    name="mitigate",
    summary="say that the impact has stopped, and how",
    usage="mitigate <what>",
    example=EXAMPLE,
    handle=handle,
)
