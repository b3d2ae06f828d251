"""Verbs that only look: nothing is recorded, and a private incident is there for those who may see it alone."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from bot.domain import effectiveness
from bot.domain.alerts import Alert, NoSuchAlert
from bot.domain.brief import TURNS, Brief, brief, key_moments
from bot.domain.bringing_in import NobodyOnCall
from bot.domain.document import Review
from bot.domain.effectiveness import RunbookReport
from bot.domain.ids import IncidentNumber, SlackUserId
from bot.domain.incident import FollowUp, Incident
from bot.domain.lessons import Lesson, lessons
from bot.domain.matching import MOST_CHOSEN, FoundRunbook, search
from bot.domain.metrics import Report, kept_to, report
from bot.domain.oncall import Turn, on_call
from bot.domain.policy import Schedule
from bot.domain.problem import Problem
from bot.domain.timeline import PastIncident, Recorded, UpdatePosted
from bot.domain.transcript import Message, MessageAt
from bot.domain.vocabulary import AlertState, Priority, Status
from bot.domain.who_may_know import Need
from bot.store import Summary, Wanted
from bot.verbs.naming import service_to_page
from bot.verbs.reporting import DraftReport, ReadClocks, draft_report, read_clocks
from bot.verbs.requests import Request
from bot.verbs.verb import About, Call, verb
from bot.workflows.compiling import compile_for
from bot.workflows.context import look_at
from bot.workflows.search_index import question_of
from bot.workflows.seeing import hidden, known_problems, page_of, readable, visible

EVERYTHING: Final = Wanted()
PAGE: Final = 50
"""Of a list that is read page by page."""
ALERTS: Final = 20
"""Of a page of alerts."""
LOOKED_AT: Final = 500
"""Alerts that one page is looked for in."""
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
class ListIncidents(Request["SomeIncidents"]):
    """The incidents that the caller may know of, newest first, a page at a time."""

    wanted: Wanted = EVERYTHING
    before: IncidentNumber | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class SomeIncidents:
    summaries: tuple[Summary, ...]
    before: IncidentNumber | None
    """Where the next page begins; None: there are no more."""


@dataclass(frozen=True, slots=True)
class ReadTimeline(Request[tuple[Recorded, ...]]):
    """The entries after one of them, in order; at most so many."""

    after: int = 0
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class ShowRecord(Request[Review]):
    """What its timeline tells, as a document; of what was said, only key moments. Not yet redacted."""


@dataclass(frozen=True, slots=True)
class ReadUpdates(Request[tuple[Recorded, ...]]):
    """Every update that was posted, in order."""


@dataclass(frozen=True, slots=True)
class ReadTranscript(Request[tuple[Message, ...]]):
    """What was said in its channels after a message, in order; at most so many. A part of its review."""

    after: MessageAt | None = None
    limit: int = PAGE


@dataclass(frozen=True, slots=True)
class ReadPeople(Request["PeopleOf"]):
    """Who has a part in it, and who is in its channel."""


@dataclass(frozen=True, slots=True)
class PeopleOf:
    incident: Incident
    present: frozenset[SlackUserId]


@dataclass(frozen=True, slots=True)
class ReadReview(Request[Review]):
    """Its review as it stands, compiled and not yet redacted. `heard_to`: up to when all that was said is known."""

    heard_to: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadLessons(Request[tuple[Lesson, ...]]):
    """What it teaches about runbooks."""


@dataclass(frozen=True, slots=True)
class ReadFollowUps(Request[tuple[FollowUp, ...]]):
    """What was agreed in one incident."""


@dataclass(frozen=True, slots=True)
class ListFollowUps(Request[tuple[tuple[IncidentNumber, FollowUp], ...]]):
    """What was agreed, or changed, since an instant, in all incidents that the caller may read."""

    since: datetime


@dataclass(frozen=True, slots=True)
class ShowOnCall(Request[tuple[tuple[Schedule, Turn | None], ...]]):
    """Who is on call by each schedule; by that of a service, where one is named."""

    service: str | None = None


@dataclass(frozen=True, slots=True)
class ListProblems(Request[dict[int, Problem]]):
    """The problems that the caller may read, by number."""


@dataclass(frozen=True, slots=True)
class AlertsFound:
    """A page of alerts. `before`: the number below which the next one goes on; None on the last. A page may be short
    where much did not match, or is not for whoever asks."""

    alerts: tuple[Alert, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class ListAlerts(Request[AlertsFound]):
    """Alerts, the newest first; without any filter, those that people are asked about."""

    states: tuple[AlertState, ...] = (AlertState.ASKED,)
    source: str | None = None
    service: str | None = None
    incident: IncidentNumber | None = None
    before: int | None = None
    limit: int = ALERTS


@dataclass(frozen=True, slots=True)
class ShowAlert(Request[Alert]):
    """How an alert stands, by its number."""

    alert: int


@dataclass(frozen=True, slots=True)
class FindSimilar(Request[list[PastIncident]]):
    """Incidents of the past: `words` searches them all; without words, those that look like the incident."""

    words: str = ""


@dataclass(frozen=True, slots=True)
class FindRunbooks(Request[list[FoundRunbook]]):
    """Runbooks by their slug, or by words; nothing is linked."""

    words: str


@dataclass(frozen=True, slots=True)
class ShowMetrics(Request[Report]):
    """How incidents were handled in that time, beside the same time before; private ones count for their members."""

    length: timedelta


@dataclass(frozen=True, slots=True)
class ShowRunbookMetrics(Request[RunbookReport]):
    """How well runbooks did in that time, as far as the caller may know of the incidents."""

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


async def list_incidents(call: Call, want: ListIncidents) -> SomeIncidents:
    found, before = await page_of(call.context, call.viewer, want.wanted, want.limit, want.before)
    return SomeIncidents(tuple(found), before)


async def read_timeline(call: Call, want: ReadTimeline) -> tuple[Recorded, ...]:
    async with call.context.store.read() as tx:
        return await tx.events_after(call.number, want.after, want.limit)


async def show_record(call: Call, _: ShowRecord) -> Review:
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
    return await compile_for(call.context, incident, with_transcript=False)


async def read_updates(call: Call, _: ReadUpdates) -> tuple[Recorded, ...]:
    async with call.context.store.read() as tx:
        return await tx.events_of(call.number, [UpdatePosted.__name__])


async def read_transcript(call: Call, want: ReadTranscript) -> tuple[Message, ...]:
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
        is_its_own = want.after is None or want.after.channel in incident.channels
        after = (want.after.channel, want.after.ts) if want.after is not None and is_its_own else None
        return await tx.messages_after(incident.channels, after, want.limit)


async def read_people(call: Call, _: ReadPeople) -> PeopleOf:
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
        return PeopleOf(incident, await tx.members(incident.channel) if incident.channel else frozenset())


async def read_review(call: Call, want: ReadReview) -> Review:
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
    return await compile_for(call.context, incident, want.heard_to)


async def read_lessons(call: Call, _: ReadLessons) -> tuple[Lesson, ...]:
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
        return lessons(incident, await tx.written(call.number))


async def read_follow_ups(call: Call, _: ReadFollowUps) -> tuple[FollowUp, ...]:
    async with call.context.store.read() as tx:
        return (await look_at(tx, call.number)).follow_ups


async def list_follow_ups(call: Call, want: ListFollowUps) -> tuple[tuple[IncidentNumber, FollowUp], ...]:
    async with call.context.store.read() as tx:
        numbers = await tx.with_follow_ups(want.since)
    seen = await readable(call.context, call.viewer, numbers)
    async with call.context.store.read() as tx:
        return tuple(
            [(one, agreed) for one in numbers if one in seen for agreed in (await look_at(tx, one)).follow_ups]
        )


async def show_on_call(call: Call, want: ShowOnCall) -> tuple[tuple[Schedule, Turn | None], ...]:
    """Raises UnknownName, NobodyOnCall."""
    schedules = tuple(call.policy.schedules.values())
    if want.service is not None:
        service = service_to_page(call.policy, want.service)
        schedule = call.policy.schedule_for(service.slug)
        if schedule is None:
            raise NobodyOnCall(service=service.name)
        schedules = (schedule,)
    return tuple((one, on_call(one, call.now)) for one in schedules)


async def list_problems(call: Call, _: ListProblems) -> dict[int, Problem]:
    return await known_problems(call.context, call.viewer)


async def list_alerts(call: Call, want: ListAlerts) -> AlertsFound:
    """None for guests and people of other organisations; of those that belong to incidents, those of incidents that
    the caller may read. However little matches, so many are looked at."""
    if await call.viewer.is_outsider(call.context):
        return AlertsFound((), None)
    async with call.context.store.read() as tx:
        found = await tx.alerts(want.states, want.incident, want.before, LOOKED_AT)
    matching = [
        one
        for one in found
        if (want.source is None or one.source == want.source)
        and (want.service is None or (one.service == want.service and not one.is_wordless))
    ]
    numbers = sorted({one.incident for one in matching if one.incident is not None})
    may_read = await readable(call.context, call.viewer, numbers) if numbers else frozenset()
    seen = [one for one in matching if one.incident is None or one.incident in may_read]
    if len(seen) > want.limit:
        return AlertsFound(tuple(seen[: want.limit]), seen[want.limit - 1].number)
    return AlertsFound(tuple(seen), found[-1].number if len(found) == LOOKED_AT else None)


async def show_alert(call: Call, want: ShowAlert) -> Alert:
    """One that belongs to an incident is there for whoever may read that. Raises NoSuchAlert."""
    async with call.context.store.read() as tx:
        alert = await tx.alert(want.alert)
    if alert is None or not await _may_see(call, alert):
        raise NoSuchAlert(number=want.alert)
    return alert


async def _may_see(call: Call, alert: Alert) -> bool:
    if alert.incident is None:
        return not await call.viewer.is_outsider(call.context)
    return alert.incident in await readable(call.context, call.viewer, [alert.incident])


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


async def find_runbooks(call: Call, want: FindRunbooks) -> list[FoundRunbook]:
    """Everybody here may read them, but guests."""
    if await call.viewer.is_outsider(call.context):
        return []
    exact = [one for one in call.runbooks if one.slug == want.words.lower() and not one.is_withdrawn]
    if exact:
        return [FoundRunbook(exact[0])]
    told = await call.told(want.words)
    best = search(call.runbooks, told)[:MOST_CHOSEN]
    return [FoundRunbook(one, told[one.slug].words, told[one.slug].before) for one in best]


async def show_brief(call: Call, _: ShowBrief) -> Brief:
    async with call.context.store.read() as tx:
        incident = await look_at(tx, call.number)
        turns = await tx.events_of(call.number, [kind.__name__ for kind in TURNS])
        said = [await tx.message(one.channel, one.ts) for one in key_moments(incident)]
    return brief(incident, turns, [one for one in said if one is not None])


async def show_runbook_metrics(call: Call, want: ShowRunbookMetrics) -> RunbookReport:
    since = call.now - want.length
    unseen = await hidden(call.context, call.viewer, since=since)
    async with call.context.store.read() as tx:
        used = await tx.runbook_uses(since, apart_from=unseen)
    return effectiveness.report(used, since, call.now)


async def show_metrics(call: Call, want: ShowMetrics) -> Report:
    since = call.now - 2 * want.length
    unseen = await hidden(call.context, call.viewer, since=since)
    async with call.context.store.read() as tx:
        measured = await tx.measured(since, apart_from=unseen)
        told = await tx.audience_updates(call.now - want.length, apart_from=unseen)
    found = replace(report(measured, call.now - want.length, call.now), audiences=kept_to(told))
    if await call.viewer.is_outsider(call.context):
        return found
    return replace(found, suggestions=await call.dependencies.search_index.kept(found.since, found.until))


READS: Final = (
    verb("status", ShowIncident, show_incident, need=Need.KNOW),
    verb("timeline", ShowTimeline, show_timeline),
    verb("catchup", ShowBrief, show_brief),
    verb("list", ListOpen, list_open, About.NOTHING),
    verb("list", ListIncidents, list_incidents, About.NOTHING),
    verb("timeline", ReadTimeline, read_timeline),
    verb("timeline", ShowRecord, show_record),
    verb("timeline", ReadUpdates, read_updates),
    verb("review", ReadTranscript, read_transcript),
    verb("status", ReadPeople, read_people),
    verb("review", ReadReview, read_review),
    verb("review", ReadLessons, read_lessons),
    verb("followup", ReadFollowUps, read_follow_ups),
    verb("followup", ListFollowUps, list_follow_ups, About.NOTHING),
    verb("oncall", ShowOnCall, show_on_call, About.NOTHING),
    verb("problem", ListProblems, list_problems, About.MAYBE_AN_INCIDENT),
    verb("alert", ListAlerts, list_alerts, About.NOTHING),
    verb("alert", ShowAlert, show_alert, About.NOTHING),
    verb("similar", FindSimilar, find_similar, About.MAYBE_AN_INCIDENT),
    verb("clock", ReadClocks, read_clocks),
    verb("clock", DraftReport, draft_report),
    verb("runbook", FindRunbooks, find_runbooks, About.MAYBE_AN_INCIDENT),
    verb("metrics", ShowMetrics, show_metrics, About.NOTHING),
    verb("metrics", ShowRunbookMetrics, show_runbook_metrics, About.NOTHING),
)
