"""`timeline`: what happened so far."""

from bot.blocks.lists import timeline_list
from bot.commands.command import Asked, Command, say
from bot.door.reply import Reply

SHOWN = 500
"""Entries that are read: more than fit into one message."""


async def handle(asked: Asked) -> Reply:
    incident = await asked.incident()
    async with asked.context.store.read() as tx:
        newest = await tx.newest_events(incident.number, SHOWN)
    return say(timeline_list(incident, newest))


COMMAND = Command(
    name="timeline",
    summary="what happened so far",
    usage="timeline",
    example="timeline",
    handle=handle,
)
