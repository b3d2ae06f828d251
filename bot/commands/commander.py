"""`commander @x`: ask somebody to take command."""

from bot.commands.command import Asked, Command, done
from bot.commands.naming import one_person
from bot.door.reply import Reply
from bot.workflows import roles


async def handle(asked: Asked) -> Reply:
    person = await one_person(asked, example="commander @dana")
    return done(await roles.ask_commander(asked.context, asked.order, person))


COMMAND = Command(
    name="commander",
    summary="ask somebody to take command; nothing changes until they accept",
    usage="commander @x",
    example="commander @dana",
    handle=handle,
    aliases=("lead", "ic"),
)
