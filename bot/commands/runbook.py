"""`runbook`: find a runbook, link it, show it, start it, stop it, say whether it helped."""

import re
from collections.abc import Callable

from bot.blocks.forms import stop_form
from bot.blocks.runbook import runbook_view
from bot.blocks.runbooks_found import runbooks_found
from bot.commands.asking_back import Question, Way
from bot.commands.command import (
    Command,
    Invocation,
    Named,
    SubmittedInvocation,
    TypedInvocation,
    done,
    done_in_sight,
    require,
    say,
)
from bot.commands.forms import field, opening
from bot.commands.grammar import split
from bot.domain import working
from bot.domain.incident import Incident
from bot.door.reply import FormErrors, Reply, View
from bot.verbs.perform import WhichIncident
from bot.verbs.reading import FindRunbooks
from bot.verbs.requests import JudgeRunbook, OpenRunbook, StartRunbook, StopRunbook
from bot.verbs.verb import About

START, STOP = "start", "stop"
EXAMPLE = "runbook database failover"
VERDICT = re.compile(
    r"(?P<slug>\S+)\s+(?:(?P<helped>helped[.!]?)|(?:not helpful|did not help|didn['’]t help)\b[\s,.:;–-]*(?P<why>.*))",
    re.IGNORECASE | re.DOTALL,
)


class WhichToStart(Question):
    """Several runbooks are linked to {ref}. Which one do you want to start?"""


class WhichToStop(Question):
    """Several runbooks are being worked through in {ref}. Which one do you want to stop?"""


async def handle(invocation: TypedInvocation) -> Reply:
    words = invocation.text.lower().split()
    slug = _slug(invocation, words) if len(words) == 2 and {START, STOP} & {*words} else None
    is_start = words == [START] or (slug is not None and START in words)
    verdict = _verdict(invocation)
    if not invocation.is_about_an_incident:
        is_order = is_start or words == [STOP] or slug is not None or verdict is not None
        return await _look(invocation, is_order=is_order)
    if STOP in words[:2] and (stopped := await _stop(invocation, slug)) is not None:
        return stopped
    if verdict is not None:
        return done_in_sight(invocation, await invocation.perform(verdict))
    if is_start:
        return done(await invocation.perform(StartRunbook(slug or await _only_one(invocation))))
    opened = await invocation.perform(OpenRunbook(invocation.text))
    return say(runbook_view(opened.runbook, opened.incident, opened.part, opened.did))


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


async def _stop(invocation: TypedInvocation, slug: str | None) -> Reply | None:
    """What is being worked through is stopped for the reason that follows its slug; without one a form asks, which
    begins with whatever else was typed. None where the words are to be looked for, or are a heading of the runbook.
    `slug`: of a runbook, where nothing but that stands beside the word. Raises WhichToStop."""
    incident = await invocation.incident()
    under_way = [one for one in incident.worked if one.is_under_way]
    first, second, reason = (*invocation.text.split(maxsplit=2), "", "")[:3]
    named = second.lower() if first.lower() == STOP else first.lower()
    if named in {one.slug for one in under_way} or named == slug:
        if first.lower() != STOP and _is_heading(invocation, named, f"{second} {reason}"):
            return None
        if reason:
            return done_in_sight(invocation, await invocation.perform(StopRunbook(reason, named)))
        return opening("Stop the runbook", _stopping(named))(invocation)
    if first.lower() != STOP or (second and not under_way):
        return None
    if len(under_way) > 1:
        raise WhichToStop(
            tuple(Way(one.title, f"{incident.ref} runbook {STOP} {one.slug}") for one in under_way), ref=incident.ref
        )
    return opening("Stop the runbook", _stopping(None, f"{second} {reason}".strip()))(invocation)


def _stopping(slug: str | None, reason: str = "") -> Callable[[Incident, Invocation], View]:
    def draw(incident: Incident, _: Invocation) -> View:
        runbook = working.to_stop(incident, slug)
        return stop_form(incident, runbook.slug, runbook.title, reason)

    return draw


def _is_heading(invocation: TypedInvocation, slug: str, words: str) -> bool:
    return any(one.slug == slug and one.part(words) is not None for one in invocation.context.runbooks)


async def _submit(invocation: SubmittedInvocation) -> Reply:
    """What the form carries is the command that opened it."""
    reason = field(invocation.sent, "what")
    if not reason:
        return FormErrors({"what": "Say why it is stopped."})
    slug = split(invocation.sent.carried).rest.split()[-1]
    return done(await invocation.perform(StopRunbook(reason, slug)))


def _verdict(invocation: TypedInvocation) -> JudgeRunbook | None:
    """What is said of a runbook; None where no slug stands first, so that `nothing helped` is searched for."""
    said = VERDICT.fullmatch(invocation.text.strip())
    if said is None or (slug := said["slug"].lower()) not in {one.slug for one in invocation.context.runbooks}:
        return None
    return JudgeRunbook(slug, helped=said["helped"] is not None, note=(said["why"] or "").strip())


def _slug(invocation: TypedInvocation, words: list[str]) -> str | None:
    """The slug beside `start` or `stop`; None where it is none, so that `cold start` is searched for."""
    known = {one.slug for one in invocation.context.runbooks}
    return next((word for word in words if word in known), None)


COMMAND = Command(
    name="runbook",
    summary="find a runbook, link it to the incident and show its steps; start: work through it; stop: no further, and "
    "why, alone: a form; helped, not helpful: what came of it, which counts when runbooks are found; elsewhere: only "
    "look",
    usage="runbook [words or slug] | [slug] start | stop [slug] [reason] | <slug> helped | <slug> not helpful [why]",
    example=EXAMPLE,
    handle=handle,
    named=Named.TAKEN,
    submit=_submit,
    about=About.MAYBE_AN_INCIDENT,
)
