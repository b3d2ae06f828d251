"""`snooze`: nobody is reminded for a while."""

from bot.commands.command import Asked, Command, done, require
from bot.commands.grammar import duration
from bot.door.reply import Reply
from bot.workflows.snooze import snooze

EXAMPLE = "snooze 30m on the call with the vendor"


async def handle(asked: Asked) -> Reply:
    typed, _, reason = require(asked.text, "Say for how long and why, for example", EXAMPLE).partition(" ")
    span = duration(typed)
    why = require(reason, "Say why, for example", EXAMPLE)
    return done(await snooze(asked.context, asked.order, span, why))


COMMAND = Command(
    name="snooze",
    summary="hold reminders for a while; what was promised stays due",
    usage="snooze 30m <reason>",
    example=EXAMPLE,
    handle=handle,
)
