"""Verbs that only look: nothing is recorded, and a private incident is there for those who may see it alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.brief import TURNS, Brief, brief, key_moments
from bot.domain.ids import IncidentNumber
from bot.domain.incident import Incident
from bot.domain.metrics import Report, report
from bot.domain.problem import Problem
from bot.domain.timeline import PastIncident, Recorded
from bot.domain.vocabulary import Priority, Status
from bot.domain.who_may_know import Need
from bot.store import Summary
from bot.verbs.requests import Request
from bot.verbs.verb import About, Call, verb
from bot.workflows.context import look_at
from bot.workflows.search_index import question_of
from bot.workflows.seeing import hidden, known_problems, readable, visible

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
    is_drill: bool


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
class ShowBrief(Request[Brief]):
    """What somebody needs to know who joins late."""


@dataclass(frozen=True, slots=True)
class ListOpen(Request[list[Summary]]):
    """The open incidents that the caller may see, worst and oldest first."""


@dataclass(frozen=True, slots=True)
class ListProblems(Request[dict[int, Problem]]):
    """The problems that the caller may read, by number."""


@dataclass(frozen=True, slots=True)
class FindSimilar(Request[list[PastIncident]]):
    """Incidents of the past: `words` searches them all; without words, those that look like the incident."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class ShowMetrics(Request[Report]):
    """How incidents were handled in that time, beside the same time before; private ones count for their members."""

    length: timedelta


async def show_incident(call: Call, _: ShowIncident) -> Incident | Outline:
    async with call.context.store.read() as tx:
        it = await look_at(tx, call.number)
    if call.number in await readable(call.context, call.viewer, [call.number]):
        return it
    return Outline(it.number, it.title, it.status, it.priority, it.update_due_at, it.is_drill)


async def show_timeline(call: Call, _: ShowTimeline) -> NewestEvents:
    async with call.context.store.read() as tx:
        return NewestEvents(await look_at(tx, call.number), await tx.newest_events(call.number, SHOWN))


async def list_open(call: Call, _: ListOpen) -> list[Summary]:
    return await visible(call.context, call.viewer, open_only=True)


async def list_problems(call: Call, _: ListProblems) -> dict[int, Problem]:
    return await known_problems(call.context, call.viewer)


async def find_similar(call: Call, want: FindSimilar) -> list[PastIncident]:
    """What the index has may be read by everybody here, but not by guests."""
    index = call.dependencies.search_index
    if want.words:
        past = await index.search(want.words)
    else:
        async with call.context.store.read() as tx:
            incident = await look_at(tx, call.number)
        past = await index.alike(question_of(incident), limit=5)
        past = past or await index.search(incident.title, limit=3, apart_from=incident.number)
    numbers = await readable(call.context, call.viewer, [one.number for one in past])
    return [one for one in past if one.number in numbers]


async def show_brief(call: Call, _: ShowBrief) -> Brief:
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
        turns = await tx.events_of(call.number, [kind.__name__ for kind in TURNS])
        said = [await tx.message(one.channel, one.ts) for one in key_moments(incident)]
    return brief(incident, turns, [one for one in said if one is not None])


async def show_metrics(call: Call, want: ShowMetrics) -> Report:
    since = call.now - 2 * want.length
    unseen = await hidden(call.context, call.viewer, since=since)
    async with call.context.store.read() as tx:
        measured = await tx.measured(since, apart_from=unseen)
    return report(measured, call.now - want.length, call.now)


READS: Final = (
    verb("status", ShowIncident, show_incident, need=Need.KNOW),
    verb("timeline", ShowTimeline, show_timeline),
    verb("catchup", ShowBrief, show_brief),
    verb("list", ListOpen, list_open, About.NOTHING),
    verb("problem", ListProblems, list_problems, About.MAYBE_AN_INCIDENT),
    verb("similar", FindSimilar, find_similar, About.MAYBE_AN_INCIDENT),
    verb("metrics", ShowMetrics, show_metrics, About.NOTHING),
)
