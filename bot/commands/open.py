"""`open`: let a private incident be listed elsewhere."""

from bot.commands.command import Asked, Command, done, require
from bot.door.reply import Reply
from bot.workflows.disclosing import disclose

EXAMPLE = "open customers were told in public"


async def handle(asked: Asked) -> Reply:
    reason = require(asked.text, "Give a reason, for it cannot be undone; for example", EXAMPLE)
    return done(await disclose(asked.context, asked.order, reason))


COMMAND = Command(
    name="open",
    summary="let a private incident be listed elsewhere; its channel stays private",
    usage="open <reason>",
    example=EXAMPLE,
    handle=handle,
)
