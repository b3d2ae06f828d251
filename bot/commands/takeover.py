"""`takeover`: take command from a silent commander."""

from bot.commands.command import Asked, Command, done
from bot.door.reply import Reply
from bot.workflows import roles


async def handle(asked: Asked) -> Reply:
    return done(await roles.take_over(asked.context, asked.order))


COMMAND = Command(
    name="takeover",
    summary="take command at once when acceptance or an update is overdue (deputy, on-call, manager)",
    usage="takeover",
    example="takeover",
    handle=handle,
)
