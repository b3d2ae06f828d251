"""`merge`: the incident goes on as another one."""

from bot.commands.command import Asked, Command, Missing, done
from bot.commands.grammar import split
from bot.commands.seeing import find_visible
from bot.slack.reply import Reply
from bot.workflows.merge import merge

EXAMPLE = "merge INC-41"


async def handle(asked: Asked) -> Reply:
    words = split(asked.text)
    if words.reference is None or words.verb:
        raise Missing(what="Name the incident that goes on, for example", example=EXAMPLE)
    into = await find_visible(asked.desk, words.reference, asked.by, asked.typed.channel)
    return done(await merge(asked.desk, asked.order, into))


COMMAND = Command(
    name="merge",
    summary="go on as another incident; both channels are told, and both timelines are kept",
    usage="merge INC-41",
    example=EXAMPLE,
    handle=handle,
)
