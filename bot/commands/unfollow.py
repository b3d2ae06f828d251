"""`unfollow`: hear of an incident no more."""

from bot.commands.command import Asked, Command, done
from bot.door.reply import Reply
from bot.workflows.follow import unfollow


async def handle(asked: Asked) -> Reply:
    return done(await unfollow(asked.context, asked.order))


COMMAND = Command(
    name="unfollow",
    summary="hear of an incident no more by direct message",
    usage="unfollow",
    example="INC-42 unfollow",
    handle=handle,
)
