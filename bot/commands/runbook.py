"""`runbook`: find a runbook, link it, show it, start it, say whether it helped."""

import re

from bot.blocks.runbook import runbook_view
from bot.blocks.runbooks_found import runbooks_found
from bot.commands.asking_back import Question, Way
from bot.commands.command import Command, Named, TypedInvocation, done, done_in_sight, require, say
from bot.door.reply import Reply
from bot.verbs.perform import WhichIncident
from bot.verbs.reading import FindRunbooks
from bot.verbs.requests import JudgeRunbook, OpenRunbook, StartRunbook
from bot.verbs.verb import About

START = "start"
EXAMPLE = "runbook database failover"
VERDICT = re.compile(
    r"(?P<slug>\S+)\s+(?:(?P<helped>helped[.!]?)|(?:not helpful|did not help|didn['’]t help)\b[\s,.:;–-]*(?P<why>.*))",
    re.IGNORECASE | re.DOTALL,
)


class WhichToStart(Question):
    """Several runbooks are linked to {ref}. Which one do you want to start?"""


async def handle(invocation: TypedInvocation) -> Reply:
    words = invocation.text.lower().split()
    slug = _slug(invocation, words) if len(words) == 2 and START in words else None
    is_start = words == [START] or slug is not None
    verdict = _verdict(invocation)
    if not invocation.is_about_an_incident:
        return await _look(invocation, is_order=is_start or verdict is not None)
    if verdict is not None:
        return done_in_sight(invocation, await invocation.perform(verdict))
    if is_start:
        return done(await invocation.perform(StartRunbook(slug or await _only_one(invocation))))
    opened = await invocation.perform(OpenRunbook(invocation.text))
    return say(runbook_view(opened.runbook, opened.incident, opened.part))


async def _look(invocation: TypedInvocation, *, is_order: bool) -> Reply:
    """Outside an incident there is nothing to link a runbook to. Raises WhichIncident."""
    if is_order:
        raise WhichIncident(verb="runbook")
    words = require(invocation.text, "Say what it is about, for example", EXAMPLE)
    return say(runbooks_found(words, await invocation.perform(FindRunbooks(words))))


async def _only_one(invocation: TypedInvocation) -> str | None:
    """The one that is linked and not started yet; None where there is none. Raises WhichToStart."""
    incident = await invocation.incident()
    waiting = [one for one in incident.runbooks if incident.working(one.slug) is None]
    if len(waiting) > 1:
        ways = (Way(one.title, f"{incident.ref} runbook {one.slug} {START}") for one in waiting)
        raise WhichToStart(tuple(ways), ref=incident.ref)
    return waiting[0].slug if waiting else None


def _verdict(invocation: TypedInvocation) -> JudgeRunbook | None:
    """What is said of a runbook; None where no slug stands first, so that `nothing helped` is searched for."""
    said = VERDICT.fullmatch(invocation.text.strip())
    if said is None or (slug := said["slug"].lower()) not in {one.slug for one in invocation.context.runbooks}:
        return None
    return JudgeRunbook(slug, helped=said["helped"] is not None, note=(said["why"] or "").strip())


def _slug(invocation: TypedInvocation, words: list[str]) -> str | None:
    """The slug beside `start`; None where it is none, so that `cold start` is searched for."""
    known = {one.slug for one in invocation.context.runbooks}
    return next((word for word in words if word in known), None)


COMMAND = Command(
    name="runbook",
    summary="find a runbook, link it to the incident and show its steps; start: work through it; helped, not helpful: "
    "what came of it, which counts when runbooks are found; elsewhere: only look",
    usage="runbook [words or slug] | [slug] start | <slug> helped | <slug> not helpful [why]",
    example=EXAMPLE,
    handle=handle,
    named=Named.TAKEN,
    about=About.MAYBE_AN_INCIDENT,
)
