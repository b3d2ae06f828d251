"""Commands that only look: where an incident stands, what happened in it, which are open."""

from bot.blocks import answers
from bot.blocks.lists import incident_list, outline, timeline_list
from bot.commands.command import Command, Named, TypedInvocation, say
from bot.domain.escalation import asked_after
from bot.domain.incident import Incident
from bot.door.reply import Reply
from bot.verbs.reading import ListOpen, ShowIncident, ShowTimeline
from bot.verbs.verb import About


async def _open_incidents(invocation: TypedInvocation) -> Reply:
    return say(incident_list(await invocation.perform(ListOpen()), invocation.context.now()))


async def _status(invocation: TypedInvocation) -> Reply:
    if not invocation.is_about_an_incident:
        return await _open_incidents(invocation)
    shown, now = await invocation.perform(ShowIncident()), invocation.context.now()
    if not isinstance(shown, Incident):
        return say(outline(shown, now))
    policy = invocation.context.policy
    service = policy.service_of(shown.service)
    return say(answers.status(shown, now, asked_after(shown, policy), service))


async def _timeline(invocation: TypedInvocation) -> Reply:
    shown = await invocation.perform(ShowTimeline())
    return say(timeline_list(shown.incident, await invocation.in_names(shown.newest)))


STATUS_COMMAND = Command(
    name="status",
    summary="where the incident stands; outside an incident's channel, the open ones",
    usage="status",
    example="INC-42 status",
    handle=_status,
    named=Named.TAKEN,
    about=About.MAYBE_AN_INCIDENT,
)
LIST_COMMAND = Command(
    name="list",
    summary="the open incidents that you can see",
    usage="list",
    example="list",
    handle=_open_incidents,
    about=About.NOTHING,
)
TIMELINE_COMMAND = Command(
    name="timeline",
    summary="what happened so far",
    usage="timeline",
    example="timeline",
    handle=_timeline,
    named=Named.TAKEN,
)
