"""`invite`: add people to the incident's channel."""

from bot.commands.command import Asked, Command, done
from bot.commands.naming import people
from bot.door.reply import Reply
from bot.workflows.invite import invite


async def handle(asked: Asked) -> Reply:
    named = await people(asked, example="invite @chen @bo")
    return done(await invite(asked.context, asked.order, [person.user for person in named]))


COMMAND = Command(
    name="invite",
    summary="add people or user groups to the incident's channel",
    usage="invite @x…",
    example="invite @chen @bo",
    handle=handle,
)
