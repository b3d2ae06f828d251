"""`similar`: incidents of the past that look alike, with what fixed them."""

from bot.blocks.past import similar
from bot.commands.command import Command, Named, TypedInvocation, require, say
from bot.domain.ids import ref
from bot.door.reply import Reply
from bot.verbs.reading import FindSimilar
from bot.verbs.verb import About

EXAMPLE = "similar checkout returns 500s"


async def handle(invocation: TypedInvocation) -> Reply:
    if not invocation.text and invocation.is_about_an_incident:
        return say(similar(ref(invocation.number), await invocation.perform(FindSimilar())))
    words = require(invocation.text, "Say what it was like, for example", EXAMPLE)
    return say(similar(f"“{words[:80]}”", await invocation.perform(FindSimilar(words))))


COMMAND = Command(
    name="similar",
    summary="past incidents that look alike, and what fixed them; with words, search all approved reviews",
    usage="similar [words]",
    example=EXAMPLE,
    handle=handle,
    named=Named.TAKEN,
    about=About.MAYBE_AN_INCIDENT,
)
