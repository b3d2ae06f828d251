"""`runbook`: find a runbook, link it, show it, start it."""

from bot.blocks.runbook import runbook_view
from bot.commands.asking_back import Question, Way
from bot.commands.command import Command, Named, TypedInvocation, done, say
from bot.door.reply import Reply
from bot.verbs.requests import OpenRunbook, StartRunbook

START = "start"


class WhichToStart(Question):
    """Several runbooks are linked to {ref}. Which one do you want to start?"""


async def handle(invocation: TypedInvocation) -> Reply:
    words = invocation.text.lower().split()
    if words == [START]:
        return done(await invocation.perform(StartRunbook(await _only_one(invocation))))
    if len(words) == 2 and START in words and (slug := _slug(invocation, words)):
        return done(await invocation.perform(StartRunbook(slug)))
    opened = await invocation.perform(OpenRunbook(invocation.text))
    return say(runbook_view(opened.runbook, opened.incident, opened.part))


async def _only_one(invocation: TypedInvocation) -> str | None:
    """The one that is linked and not started yet; None where there is none. Raises WhichToStart."""
    incident = await invocation.incident()
    waiting = [one for one in incident.runbooks if incident.working(one.slug) is None]
    if len(waiting) > 1:
        ways = (Way(one.title, f"{incident.ref} runbook {one.slug} {START}") for one in waiting)
        raise WhichToStart(tuple(ways), ref=incident.ref)
    return waiting[0].slug if waiting else None


def _slug(invocation: TypedInvocation, words: list[str]) -> str | None:
    """The slug beside `start`; None where it is none, so that `cold start` is searched for."""
    known = {one.slug for one in invocation.context.runbooks}
    return next((word for word in words if word in known), None)


COMMAND = Command(
    name="runbook",
    summary="find a runbook, link it to the incident and show its steps; start: work through it in the channel",
    usage="runbook [words or slug] | [slug] start",
    example="runbook database failover",
    handle=handle,
    named=Named.TAKEN,
)
