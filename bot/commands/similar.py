"""`similar`: incidents of the past that look alike, with what fixed them."""

from collections.abc import Sequence

from bot.blocks.past import similar
from bot.commands.command import Command, Named, TypedInvocation, require, say
from bot.domain.timeline import PastIncident
from bot.door.reply import Reply
from bot.verbs.verb import About
from bot.workflows.search_index import question_of
from bot.workflows.seeing import readable

EXAMPLE = "similar checkout returns 500s"


async def handle(invocation: TypedInvocation) -> Reply:
    search_index = invocation.dependencies.search_index
    if not invocation.text and invocation.is_about_an_incident:
        incident = await invocation.incident()
        found = await search_index.alike(question_of(incident), limit=5)
        if not found:
            found = await search_index.search(incident.title, limit=3, apart_from=incident.number)
        return say(similar(incident.ref, await _readable(invocation, found)))
    words = require(invocation.text, "Say what it was like, for example", EXAMPLE)
    return say(similar(f"“{words[:80]}”", await _readable(invocation, await search_index.search(words))))


async def _readable(invocation: TypedInvocation, found: Sequence[PastIncident]) -> list[PastIncident]:
    """What the index has may be read by everybody here, but not by guests."""
    numbers = await readable(invocation.context, invocation.viewer, [one.number for one in found])
    return [one for one in found if one.number in numbers]


COMMAND = Command(
    name="similar",
    summary="incidents of the past that look alike, with what fixed them; with words, search all approved reviews",
    usage="similar [words]",
    example=EXAMPLE,
    handle=handle,
    named=Named.TAKEN,
    about=About.MAYBE_AN_INCIDENT,
)
