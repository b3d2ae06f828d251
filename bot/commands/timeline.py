"""`timeline`: what happened so far."""

from bot.blocks.lists import timeline_list
from bot.commands.command import Asked, Command, say
from bot.domain.folding import fold
from bot.door.reply import Reply


async def handle(asked: Asked) -> Reply:
    async with asked.context.store.read() as tx:
        timeline = await tx.timeline(asked.order.number)
    return say(timeline_list(fold(timeline), timeline))


COMMAND = Command(
    name="timeline",
    summary="what happened so far",
    usage="timeline",
    example="timeline",
    handle=handle,
)
