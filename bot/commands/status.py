"""`status`: where an incident stands; outside of one, the open incidents."""

from bot.blocks import answers
from bot.commands.command import About, Asked, Command, say
from bot.commands.list import open_incidents
from bot.door.reply import Reply


async def handle(asked: Asked) -> Reply:
    if asked.number is None:
        return await open_incidents(asked)
    return say(answers.status(await asked.incident(), asked.context.now()))


COMMAND = Command(
    name="status",
    summary="where the incident stands; outside an incident's channel, the open ones",
    usage="status",
    example="INC-42 status",
    handle=handle,
    about=About.MAYBE_AN_INCIDENT,
)
