"""`list`: the open incidents that you can see."""

from bot.blocks.lists import incident_list
from bot.commands.command import About, Asked, Command, say
from bot.door.reply import Reply
from bot.workflows.seeing import visible


async def open_incidents(asked: Asked) -> Reply:
    found = await visible(asked.context, asked.by, open_only=True)
    return say(incident_list(found, asked.context.now()))


COMMAND = Command(
    name="list",
    summary="the open incidents that you can see",
    usage="list",
    example="list",
    handle=open_incidents,
    about=About.NOTHING,
)
