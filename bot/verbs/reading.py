"""Verbs that only look: nothing is recorded, and a private incident is there for those who may see it alone."""

from dataclasses import dataclass
from typing import Final

from bot.domain.incident import Incident
from bot.domain.timeline import Recorded
from bot.store import Summary
from bot.verbs.requests import Request
from bot.verbs.verb import About, Call, verb
from bot.workflows.context import look_at
from bot.workflows.seeing import visible

SHOWN: Final = 500
"""Entries of a timeline that are read: more than fit into one message of Slack."""


@dataclass(frozen=True, slots=True)
class ShowIncident(Request[Incident]):
    """How an incident stands, also one that a newer version has written."""


@dataclass(frozen=True, slots=True)
class ShowTimeline(Request["NewestEvents"]):
    """What happened so far, the newest `SHOWN` entries."""


@dataclass(frozen=True, slots=True)
class NewestEvents:
    incident: Incident
    newest: tuple[Recorded, ...]


@dataclass(frozen=True, slots=True)
class ListOpen(Request[list[Summary]]):
    """The open incidents that the caller may see, worst and oldest first."""


async def show_incident(call: Call, _: ShowIncident) -> Incident:
    async with call.context.store.read() as tx:
        return await look_at(tx, call.number)


async def show_timeline(call: Call, _: ShowTimeline) -> NewestEvents:
    async with call.context.store.read() as tx:
        return NewestEvents(await look_at(tx, call.number), await tx.newest_events(call.number, SHOWN))


async def list_open(call: Call, _: ListOpen) -> list[Summary]:
    return await visible(call.context, call.caller.actor, open_only=True)


READS: Final = (
    verb("status", ShowIncident, show_incident),
    verb("timeline", ShowTimeline, show_timeline),
    verb("list", ListOpen, list_open, About.NOTHING),
)
