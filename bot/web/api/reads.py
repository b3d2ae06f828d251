"""What can be read: each route asks the verb that Slack's command asks, and so sees what that person sees there."""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Final

from bot.domain.actor import Integration, Person
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, Reference, SlackUserId, number_of
from bot.domain.incident import Incident
from bot.domain.matching import search
from bot.domain.runbook import Runbook
from bot.domain.transcript import MessageAt
from bot.domain.vocabulary import AlertState, FollowUpState, Priority, Status
from bot.door.token import Scope, Token
from bot.review import redact, render_json
from bot.store import Audited, Wanted
from bot.verbs import reading as v
from bot.verbs.budgets import ShowBudgets
from bot.verbs.reporting import DraftReport, ReadClocks
from bot.web.api import documents as d
from bot.web.api import telling
from bot.web.api.problems import Problem, Wrong, unreadable
from bot.web.api.route import Ask, Route, Written, cursor, from_cursor, not_from_here

MOST: Final = 200
"""Items of one page."""
USUAL: Final = timedelta(days=90)
REVIEW: Final = "Review"
"""The schema of the written review."""


def _limit(given: int) -> int:
    if not 1 <= given <= MOST:
        raise unreadable([Wrong("limit", f"must be from 1 to {MOST}")])
    return given


@dataclass(frozen=True, slots=True)
class Listing:
    """Filters are joined by *and*; several values of one by *or*."""

    open: bool | None = None
    status: tuple[Status, ...] = ()
    priority: tuple[Priority, ...] = ()
    service: str | None = None
    category: str | None = None
    drill: bool | None = None
    since: datetime | None = None
    until: datetime | None = None
    limit: int = v.PAGE
    after: str | None = None


async def incidents(ask: Ask) -> d.IncidentsDocument:
    q: Listing = ask.query
    wanted = Wanted(
        is_over=None if q.open is None else not q.open,
        statuses=q.status,
        priorities=q.priority,
        service=q.service,
        category=q.category,
        is_drill=q.drill,
        since=q.since,
        until=q.until,
    )
    before = IncidentNumber(_number_in(q.after)) if q.after is not None else None
    found = await ask.perform(v.ListIncidents(wanted, before, _limit(q.limit)))
    following = cursor(str(found.before)) if found.before is not None else None
    return await telling.shown(
        ask.store, d.IncidentsDocument(tuple(telling.listed(one) for one in found.summaries), following)
    )


def _number_in(given: str) -> int:
    text = from_cursor(given)
    if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII):
        raise not_from_here()
    return int(text)


async def incident(ask: Ask) -> d.IncidentDocument | d.OutlineDocument:
    shown = await ask.perform(v.ShowIncident())
    if not isinstance(shown, Incident):
        return telling.outline(shown)
    return await told(ask, shown)


async def told(ask: Ask, shown: Incident, spoken: Sequence[str] = ()) -> d.IncidentDocument:
    """`spoken`: what is told beside it; who is spoken of in that is named, too."""
    people = await telling.named(ask.store, telling.people_in(shown), spoken)
    return await telling.shown(ask.store, telling.incident(shown, people))


@dataclass(frozen=True, slots=True)
class Paging:
    limit: int = v.PAGE
    after: str | None = None


async def timeline(ask: Ask) -> d.TimelineDocument:
    q: Paging = ask.query
    limit = _limit(q.limit)
    found = await ask.perform(v.ReadTimeline(_number_in(q.after) if q.after is not None else 0, limit + 1))
    entries = tuple(telling.entry(one) for one in found[:limit])
    following = cursor(str(entries[-1].seq)) if len(found) > limit else None
    people = await telling.named(ask.store, [one.by for one in entries], [one.text for one in entries])
    return await telling.shown(ask.store, d.TimelineDocument(entries, following, people))


async def updates(ask: Ask) -> d.UpdatesDocument:
    found = telling.updates(await ask.perform(v.ReadUpdates()))
    people = await telling.named(ask.store, [one.by for one in found])
    return await telling.shown(ask.store, d.UpdatesDocument(found, people))


async def transcript(ask: Ask) -> d.TranscriptDocument:
    q: Paging = ask.query
    limit = _limit(q.limit)
    found = await ask.perform(v.ReadTranscript(_message_in(q.after), limit + 1))
    messages = tuple(telling.message(one) for one in found[:limit])
    following = cursor(f"{messages[-1].channel}/{messages[-1].ts}") if len(found) > limit else None
    people = await telling.named(ask.store, [one.author for one in messages], [one.text for one in messages])
    return await telling.shown(ask.store, d.TranscriptDocument(messages, following, people))


def _message_in(given: str | None) -> MessageAt | None:
    if given is None:
        return None
    found = re.fullmatch(r"([A-Z0-9]{1,32})/([0-9.]{1,32})", from_cursor(given), re.ASCII)
    if found is None:
        raise not_from_here()
    return MessageAt(ChannelId(found[1]), MessageTs(found[2]))


async def people(ask: Ask) -> d.PeopleDocument:
    found = await ask.perform(v.ReadPeople())
    roles = [held.person for held in found.incident.roles]
    everybody = [*telling.people_in(found.incident), *roles, *found.present, *found.incident.followers]
    return telling.part_of(found, await telling.named(ask.store, everybody))


async def review(ask: Ask) -> Written:
    shown = await ask.perform(v.ShowIncident())
    heard_to = ask.dependencies.heard_to(shown) if isinstance(shown, Incident) else None
    compiled = await ask.perform(v.ReadReview(heard_to))
    text = await asyncio.to_thread(lambda: render_json(redact(compiled)))
    return Written(text, re.sub(r'"(?:generated_at|complete_to)": "[^"]*",', "", text, count=2))


async def lessons(ask: Ask) -> d.LessonsDocument:
    found = tuple(map(telling.lesson, await ask.perform(v.ReadLessons())))
    return await telling.shown(ask.store, d.LessonsDocument(found))


async def follow_ups(ask: Ask) -> d.FollowUpsDocument:
    number = number_of(ask.reference or "")
    return await _agreed(ask, [telling.follow_up(number, one) for one in await ask.perform(v.ReadFollowUps())])


@dataclass(frozen=True, slots=True)
class Agreed:
    """`since`: what something was said of since then; without it, in the last 90 days."""

    owner: SlackUserId | None = None
    state: tuple[FollowUpState, ...] = ()
    since: datetime | None = None


async def all_follow_ups(ask: Ask) -> d.FollowUpsDocument:
    q: Agreed = ask.query
    found = await ask.perform(v.ListFollowUps(q.since or ask.dependencies.verbs.context.now() - USUAL))
    wanted = [
        telling.follow_up(number, one)
        for number, one in found
        if (q.owner is None or one.owner == q.owner) and (not q.state or one.state in q.state)
    ]
    return await _agreed(ask, wanted)


async def _agreed(ask: Ask, found: list[d.FollowUpDocument]) -> d.FollowUpsDocument:
    people = await telling.named(ask.store, [one.owner for one in found])
    return await telling.shown(ask.store, d.FollowUpsDocument(tuple(found), people))


@dataclass(frozen=True, slots=True)
class Alerting:
    """Without `state` and `incident`, what people are asked about. A page may be short of `limit`; `next` goes on."""

    state: tuple[AlertState, ...] = ()
    source: str | None = None
    service: str | None = None
    incident: Reference | None = None
    limit: int = v.ALERTS
    after: str | None = None


async def alerts(ask: Ask) -> d.AlertsDocument:
    q: Alerting = ask.query
    usual = () if q.incident is not None else (AlertState.ASKED,)
    before = _number_in(q.after) if q.after is not None else None
    incident = number_of(q.incident) if q.incident is not None else None
    want = v.ListAlerts(q.state or usual, q.source, q.service, incident, before, _limit(q.limit))
    found = await ask.perform(want)
    following = cursor(str(found.before)) if found.before is not None else None
    people = await telling.named(ask.store, [one.by for one in found.alerts])
    return await telling.shown(
        ask.store, d.AlertsDocument(tuple(telling.alert(one) for one in found.alerts), following, people)
    )


async def alert(ask: Ask) -> d.AlertDocument:
    return await telling.shown(ask.store, telling.alert(await ask.perform(v.ShowAlert(int(ask.path["number"])))))


@dataclass(frozen=True, slots=True)
class OnCallFor:
    """`service`: by name or slug."""

    service: str | None = None


async def on_call(ask: Ask) -> d.OnCallsDocument:
    q: OnCallFor = ask.query
    found = await ask.perform(v.ShowOnCall(q.service))
    shown = tuple(telling.on_call(ask.policy, schedule, turn) for schedule, turn in found)
    named = [user for one in shown for user in (one.primary, one.secondary, one.next)]
    return d.OnCallsDocument(shown, await telling.named(ask.store, named))


async def similar(ask: Ask) -> d.SimilarDocument:
    return await telling.shown(ask.store, telling.similar(await ask.perform(v.FindSimilar())))


@dataclass(frozen=True, slots=True)
class Drafting:
    """`regulation` and `stage`: as the policy has them."""

    regulation: str
    stage: str


async def draft_report(ask: Ask) -> d.ReportDraftDocument:
    q: Drafting = ask.query
    return await telling.shown(ask.store, telling.report_draft(await ask.perform(DraftReport(q.regulation, q.stage))))


async def clocks(ask: Ask) -> d.ClocksDocument:
    return await telling.shown(ask.store, telling.clocks(await ask.perform(ReadClocks())))


@dataclass(frozen=True, slots=True)
class Searching:
    """`words`: what it was like."""

    words: str


async def past(ask: Ask) -> d.SimilarDocument:
    q: Searching = ask.query
    if not q.words.strip():
        raise unreadable([Wrong("words", "must not be empty")])
    return await telling.shown(ask.store, telling.similar(await ask.perform(v.FindSimilar(q.words))))


async def services(ask: Ask) -> d.ServicesDocument:
    return telling.services(ask.policy)


@dataclass(frozen=True, slots=True)
class Fitting:
    """`words`: what it is to be good for: the best first, and no further pages; without, every runbook by its slug."""

    words: str | None = None
    limit: int = v.PAGE
    after: str | None = None


async def runbooks(ask: Ask) -> d.RunbooksDocument:
    """Everybody here may read them, but guests, as by `/incident runbook`."""
    q: Fitting = ask.query
    limit, verbs, known = _limit(q.limit), ask.dependencies.verbs, await _runbooks(ask)
    if q.words is not None:
        page, following = search(known, await verbs.search_index.runbooks.told(q.words))[:limit], None
    else:
        first = from_cursor(q.after) if q.after is not None else ""
        listed = sorted((one for one in known if not one.is_withdrawn and one.slug > first), key=lambda one: one.slug)
        page, following = listed[:limit], cursor(listed[limit - 1].slug) if len(listed) > limit else None
    return d.RunbooksDocument(await asyncio.to_thread(lambda: tuple(map(telling.runbook, page))), following)


async def _runbooks(ask: Ask) -> tuple[Runbook, ...]:
    verbs = ask.dependencies.verbs
    return () if await verbs.viewer(ask.caller).is_outsider(verbs.context) else verbs.context.runbooks


async def one_runbook(ask: Ask) -> d.RunbookDocument:
    slug = ask.path["slug"].lower()
    found = next((one for one in await _runbooks(ask) if one.slug == slug), None)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_runbook", f"There is no runbook `{slug[:60]}`.")
    return telling.runbook(found)


@dataclass(frozen=True, slots=True)
class Measuring:
    """`period`: how far back, compared with as long before."""

    period: timedelta = USUAL


@dataclass(frozen=True, slots=True)
class MeasuringRunbooks:
    """`period`: how far back."""

    period: timedelta = USUAL


async def runbook_metrics(ask: Ask) -> d.RunbookMetricsDocument:
    q: MeasuringRunbooks = ask.query
    found = await ask.perform(v.ShowRunbookMetrics(q.period))
    titles = {one.slug: one.title for one in ask.dependencies.verbs.context.runbooks if not one.is_withdrawn}
    told = tuple(telling.runbook_figures(one, titles.get(one.slug)) for one in found.runbooks)
    return d.RunbookMetricsDocument(found.since, found.until, q.period, told)


async def budgets(ask: Ask) -> d.BudgetsDocument:
    found = await ask.perform(ShowBudgets())
    return d.BudgetsDocument(ask.dependencies.verbs.context.now(), tuple(map(telling.budget, found)))


async def metrics(ask: Ask) -> d.MetricsDocument:
    q: Measuring = ask.query
    found = await ask.perform(v.ShowMetrics(q.period))
    return d.MetricsDocument(
        since=found.since,
        until=found.until,
        period=q.period,
        whole=found.whole,
        before=found.before,
        by_priority=found.by_priority,
        by_service=found.by_service,
        by_month=found.by_month,
        drills=found.drills,
        not_handled=found.not_handled,
        suggestions=found.suggestions,
        audiences=found.audiences,
    )


async def whoami(ask: Ask) -> d.Whoami:
    one = ask.token
    return d.Whoami(one.id, one.name, *_whose(one), tuple(sorted(one.scopes)), one.expires_at)


def _whose(token: Token) -> tuple[SlackUserId | None, str | None]:
    match token.actor:
        case Person(user=user):
            return user, None
        case Integration(name=name):
            return None, name


async def tokens(ask: Ask) -> d.TokensDocument:
    async with ask.store.read() as tx:
        found = await tx.tokens()
    return d.TokensDocument(tuple(_token(ask, one) for one in found))


async def revoke_token(ask: Ask) -> d.TokenDocument:
    """Whoever revokes is audited; a token that is over already is no surprise."""
    token_id, now = ask.path["id"], ask.dependencies.machine_now()
    async with ask.store.write() as tx:
        if await tx.revoke_token(token_id, now):
            await tx.keep_audit(
                Audited.of(
                    ask.dependencies.verbs.context.now(), ask.caller.actor, "token revoke", None, "done", token_id
                )
            )
        found = await tx.token(token_id)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_token", f"There is no token {token_id}.")
    return _token(ask, found[0])


def _token(ask: Ask, one: Token) -> d.TokenDocument:
    return d.TokenDocument(
        one.id,
        one.name,
        *_whose(one),
        tuple(sorted(one.scopes)),
        one.is_good(ask.dependencies.machine_now()),
        one.created_at,
        one.expires_at,
        one.revoked_at,
        one.last_used_at,
    )


ONE: Final = d.IncidentDocument | d.OutlineDocument

READS: Final = (
    Route(
        "/incidents",
        "listIncidents",
        "Incidents, newest first, a page at a time",
        d.IncidentsDocument,
        incidents,
        query=Listing,
    ),
    Route(
        "/incidents/{ref}", "showIncident", "How an incident stands", d.IncidentDocument | d.OutlineDocument, incident
    ),
    Route(
        "/incidents/{ref}/timeline",
        "readTimeline",
        "What happened so far, oldest first",
        d.TimelineDocument,
        timeline,
        query=Paging,
    ),
    Route(
        "/incidents/{ref}/transcript",
        "readTranscript",
        "What was said in its channel, oldest first",
        d.TranscriptDocument,
        transcript,
        query=Paging,
    ),
    Route("/incidents/{ref}/updates", "readUpdates", "Every update, oldest first", d.UpdatesDocument, updates),
    Route("/incidents/{ref}/people", "readPeople", "Who has a part in it", d.PeopleDocument, people),
    Route("/incidents/{ref}/review", "readReview", "Its review as it stands (`muster.review/1`)", REVIEW, review),
    Route(
        "/incidents/{ref}/review/lessons", "readLessons", "What of it a runbook could say", d.LessonsDocument, lessons
    ),
    Route("/incidents/{ref}/follow-ups", "readFollowUps", "What was agreed in it", d.FollowUpsDocument, follow_ups),
    Route(
        "/incidents/{ref}/clocks",
        "readClocks",
        "By when it is to be reported under each regulation, and what was submitted",
        d.ClocksDocument,
        clocks,
    ),
    Route(
        "/incidents/{ref}/clock/draft",
        "draftReport",
        "What a report could say, from the record; not legal advice",
        d.ReportDraftDocument,
        draft_report,
        query=Drafting,
    ),
    Route(
        "/incidents/{ref}/similar",
        "findSimilar",
        "Incidents of the past that look like it, and what helped",
        d.SimilarDocument,
        similar,
    ),
    Route(
        "/past",
        "searchPast",
        "Incidents of the past in whose record some words stand, and what helped",
        d.SimilarDocument,
        past,
        query=Searching,
    ),
    Route(
        "/follow-ups",
        "listFollowUps",
        "What was agreed in all incidents that you may read",
        d.FollowUpsDocument,
        all_follow_ups,
        query=Agreed,
        about="Follow-ups",
    ),
    Route(
        "/on-call",
        "showOnCall",
        "Who is on call, until when, and who is next",
        d.OnCallsDocument,
        on_call,
        query=OnCallFor,
        about="On-call",
    ),
    Route(
        "/services",
        "listServices",
        "The services that the policy and its catalogue list",
        d.ServicesDocument,
        services,
        about="Services",
    ),
    Route(
        "/alerts",
        "listAlerts",
        "Alerts of monitoring, newest first, a page at a time",
        d.AlertsDocument,
        alerts,
        query=Alerting,
        about="Alerts",
    ),
    Route("/alerts/{number}", "showAlert", "How an alert stands", d.AlertDocument, alert, about="Alerts"),
    Route(
        "/runbooks",
        "listRunbooks",
        "Runbooks with their steps",
        d.RunbooksDocument,
        runbooks,
        query=Fitting,
        about="Runbooks",
    ),
    Route("/runbooks/{slug}", "showRunbook", "One runbook", d.RunbookDocument, one_runbook, about="Runbooks"),
    Route(
        "/metrics",
        "showMetrics",
        "How well incidents were handled",
        d.MetricsDocument,
        metrics,
        query=Measuring,
        about="Metrics",
    ),
    Route(
        "/metrics/runbooks",
        "showRunbookMetrics",
        "How well runbooks did",
        d.RunbookMetricsDocument,
        runbook_metrics,
        query=MeasuringRunbooks,
        about="Metrics",
    ),
    Route(
        "/metrics/budgets",
        "showBudgets",
        "What is left of the error budgets of services",
        d.BudgetsDocument,
        budgets,
        about="Metrics",
    ),
    Route("/me", "showToken", "Whose token it is, and what it may do", d.Whoami, whoami, about="Tokens"),
    Route(
        "/tokens",
        "listTokens",
        "Every token, without its text",
        d.TokensDocument,
        tokens,
        scope=Scope.ADMIN,
        about="Tokens",
    ),
    Route(
        "/tokens/{id}",
        "revokeToken",
        "From now on a token opens nothing",
        d.TokenDocument,
        revoke_token,
        method="DELETE",
        scope=Scope.ADMIN,
        about="Tokens",
    ),
)
"""The routes that read; and those about tokens."""
