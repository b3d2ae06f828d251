"""`merge`: the incident goes on as another one."""

from bot.commands.command import Asked, Command, Missing, done
from bot.commands.grammar import split
from bot.door.reply import Reply
from bot.workflows.merge import merge
from bot.workflows.seeing import find_visible

EXAMPLE = "merge INC-41"


async def handle(asked: Asked) -> Reply:
    words = split(asked.text)
    if words.reference is None or words.verb:
        raise Missing(what="Name the incident that goes on, for example", example=EXAMPLE)
    into = await find_visible(asked.context, words.reference, asked.by, asked.typed.channel)
    return done(await merge(asked.context, asked.order, into))


COMMAND = Command(
    name="merge",
    summary="go on as another incident; both channels are told, and both timelines are kept",
    usage="merge INC-41",
    example=EXAMPLE,
    handle=handle,
)
