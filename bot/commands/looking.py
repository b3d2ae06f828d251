"""Commands that only look: where an incident stands, what happened in it, which are open."""

from bot.blocks import answers
from bot.blocks.lists import incident_list, timeline_list
from bot.commands.command import Command, TypedInvocation, say
from bot.door.reply import Reply
from bot.verbs.verb import About
from bot.workflows.seeing import visible

SHOWN = 500
"""Entries of a timeline that are read: more than fit into one message."""


async def _open_incidents(invocation: TypedInvocation) -> Reply:
    found = await visible(invocation.context, invocation.admission.caller.actor, open_only=True)
    return say(incident_list(found, invocation.context.now()))


async def _status(invocation: TypedInvocation) -> Reply:
    if not invocation.is_about_an_incident:
        return await _open_incidents(invocation)
    return say(answers.status(await invocation.incident(), invocation.context.now()))


async def _timeline(invocation: TypedInvocation) -> Reply:
    incident = await invocation.incident()
    async with invocation.context.store.read() as tx:
        newest = await tx.newest_events(incident.number, SHOWN)
    return say(timeline_list(incident, newest))


STATUS_COMMAND = Command(
    name="status",
    summary="where the incident stands; outside an incident's channel, the open ones",
    usage="status",
    example="INC-42 status",
    handle=_status,
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
)
