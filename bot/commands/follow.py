"""`follow`: hear of an incident by direct message."""

from bot.commands.command import Asked, Command, done
from bot.door.reply import Reply
from bot.workflows.follow import follow


async def handle(asked: Asked) -> Reply:
    return done(await follow(asked.context, asked.order))


COMMAND = Command(
    name="follow",
    summary="hear of updates and changes by direct message",
    usage="follow",
    example="INC-42 follow",
    handle=handle,
)
