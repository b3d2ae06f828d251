"""`close`: the end; the review is posted."""

from bot.commands.classifying import cut_first_word
from bot.commands.command import Asked, Command, Missing, done, require
from bot.door.reply import Reply
from bot.workflows import status

EXAMPLE = "close unverified the service was switched off for good"


async def handle(asked: Asked) -> Reply:
    word, reason = cut_first_word(asked.text)
    if word and word.lower() != "unverified":
        raise Missing(what="To close, type `/incident close`; or, without verification,", example=EXAMPLE)
    if word:
        reason = require(reason, "Say why it is closed without verification, for example", EXAMPLE)
    return done(await status.close(asked.context, asked.order, reason or None))


COMMAND = Command(
    name="close",
    summary="close a resolved and verified incident; its review is posted",
    usage="close [unverified <reason>]",
    example="close",
    handle=handle,
)
