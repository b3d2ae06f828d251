"""`join`: come into an incident's channel."""

from bot.commands.command import Asked, Command, done
from bot.door.reply import Reply
from bot.workflows.duplicates import join


async def handle(asked: Asked) -> Reply:
    return done(await join(asked.context, asked.order, asked.text))


COMMAND = Command(
    name="join",
    summary="be added to an incident's channel; with what you saw, as another report of it",
    usage="join [what you saw]",
    example="join checkout is empty for me too",
    handle=handle,
)
