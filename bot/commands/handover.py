"""`handover @x`: offer command to somebody else."""

from bot.commands.command import Asked, Command, done
from bot.commands.naming import one_person
from bot.door.reply import Reply
from bot.workflows import roles


async def handle(asked: Asked) -> Reply:
    person = await one_person(asked, example="handover @fay")
    return done(await roles.offer_handover(asked.context, asked.order, person))


COMMAND = Command(
    name="handover",
    summary="offer command to somebody, with a brief; it passes when they accept",
    usage="handover @x",
    example="handover @fay",
    handle=handle,
)
