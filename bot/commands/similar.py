"""`similar`: incidents of the past that look alike, with what fixed them."""

from bot.blocks.past import similar
from bot.commands.command import About, Asked, Command, require, say
from bot.door.reply import Reply
from bot.workflows.search_index import question_of

EXAMPLE = "similar checkout returns 500s"


async def handle(asked: Asked) -> Reply:
    search_index = asked.deps.search_index
    if not asked.text and asked.number is not None:
        incident = await asked.incident()
        found = await search_index.alike(question_of(incident), limit=5)
        if not found:
            found = await search_index.search(incident.title, limit=3, apart_from=incident.number)
        return say(similar(incident.ref, found))
    words = require(asked.text, "Say what it was like, for example", EXAMPLE)
    return say(similar(f"“{words[:80]}”", await search_index.search(words)))


COMMAND = Command(
    name="similar",
    summary="incidents of the past that look alike, with what fixed them; with words, search all approved reviews",
    usage="similar [words]",
    example=EXAMPLE,
    handle=handle,
    about=About.MAYBE_AN_INCIDENT,
)
