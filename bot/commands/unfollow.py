"""`unfollow`: hear of an incident no more."""

from bot.commands.command import Asked, Command, done
from bot.slack.reply import Reply
from bot.workflows.following import unfollow


async def handle(asked: Asked) -> Reply:
    return done(await unfollow(asked.desk, asked.order))


COMMAND = Command(
    name="unfollow",
    summary="hear of an incident no more by direct message",
    usage="unfollow",
    example="INC-42 unfollow",
    handle=handle,
)
