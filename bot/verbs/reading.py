"""Verbs that only look: nothing is recorded, and a private incident is there for those who may see it alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.knowing import Need
from bot.domain.timeline import Recorded
from bot.domain.vocabulary import Priority, Status
from bot.store import Summary
from bot.verbs.requests import Request
from bot.verbs.verb import About, Call, verb
from bot.workflows.context import look_at
from bot.workflows.seeing import readable, visible

SHOWN: Final = 500
"""Entries of a timeline that are read: more than fit into one message of Slack."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What may be told of an incident to whoever may know of it and not read it."""

    number: IncidentNumber
    title: str
    status: Status
    priority: Priority
    update_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShowIncident(Request[Incident | Outline]):
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


async def show_incident(call: Call, _: ShowIncident) -> Incident | Outline:
    async with call.context.store.read() as tx:
        it = await look_at(tx, call.number)
    if call.number in await readable(call.context, call.viewer, [call.number]):
        return it
    return Outline(it.number, it.title, it.status, it.priority, it.update_due_at)


async def show_timeline(call: Call, _: ShowTimeline) -> NewestEvents:
    async with call.context.store.read() as tx:
        return NewestEvents(await look_at(tx, call.number), await tx.newest_events(call.number, SHOWN))


async def list_open(call: Call, _: ListOpen) -> list[Summary]:
    return await visible(call.context, call.viewer, open_only=True)


READS: Final = (
    verb("status", ShowIncident, show_incident, need=Need.KNOW),
    verb("timeline", ShowTimeline, show_timeline),
    verb("list", ListOpen, list_open, About.NOTHING),
)
