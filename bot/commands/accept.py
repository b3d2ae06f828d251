"""`accept`: take command, when asked or while nobody commands."""

from bot.commands.command import Asked, Command, done
from bot.door.reply import Reply
from bot.workflows import roles


async def handle(asked: Asked) -> Reply:
    return done(await roles.accept(asked.context, asked.order))


COMMAND = Command(
    name="accept",
    summary="take command",
    usage="accept",
    example="accept",
    handle=handle,
)
