"""From what the domain knows to what the API tells, without secrets that somebody typed."""

import asyncio
from collections.abc import Iterable, Sequence
from typing import TypeVar

from bot.domain.alerts import Alert
from bot.domain.budgets import Budget
from bot.domain.effectiveness import Effectiveness
from bot.domain.ids import IncidentNumber, SlackUserId, problem_ref, ref
from bot.domain.incident import FollowUp, Incident, Reporting
from bot.domain.labels import labelled, nameless
from bot.domain.lessons import Lesson
from bot.domain.markup import Paragraph, Text, as_text
from bot.domain.named import mentioned
from bot.domain.oncall import Turn
from bot.domain.policy import Policy, Schedule, Service
from bot.domain.proposals import Proposal
from bot.domain.reporting_draft import NOT_ADVICE, Draft
from bot.domain.runbook import Runbook
from bot.domain.telling import tell
from bot.domain.texts import rewritten, texts
from bot.domain.timeline import AnyEvent, PastIncident, Recorded, UpdatePosted
from bot.domain.transcript import Message, as_typed
from bot.review import without_secrets
from bot.review.markup import as_html
from bot.review.wording import TIME
from bot.store import Store, Summary
from bot.verbs.reading import Outline, PeopleOf
from bot.web.api import documents as d

T = TypeVar("T")


async def named(store: Store, users: Iterable[SlackUserId | None], spoken: Iterable[str] = ()) -> d.Names:
    """Who they are, and who is spoken of in some texts, as far as Muster knows."""
    wanted = {one for one in users if one is not None} | set(mentioned(tuple(spoken)))
    async with store.read() as tx:
        known = await tx.people(wanted)
    return {user: known[user].name for user in sorted(wanted) if user in known}


async def shown(store: Store, value: T) -> T:
    """The same value with groups and channels by name, and without secrets: looking for those takes a while."""
    by_name = value
    if unknown := nameless(texts(value)):
        async with store.read() as tx:
            by_name = labelled(value, await tx.names(unknown))
    return await asyncio.to_thread(lambda: rewritten(by_name, lambda text: without_secrets(text)[0], PLAIN))


PLAIN = frozenset(
    {"ref", "ts", "thread_ts", "channel", "kind", "by", "author", "seq", "at", "next", "slug", "outline", "owner"}
)
"""Fields that nobody types into."""


def channel_of(one: Incident | Summary) -> d.ChannelDocument | None:
    return d.ChannelDocument(one.channel, one.channel_name) if one.channel else None


def outline(one: Outline | Summary | Incident) -> d.OutlineDocument:
    return d.OutlineDocument(ref(one.number), one.title, one.status, one.priority, one.is_drill, one.update_due_at)


def listed(one: Summary) -> d.ListedIncident | d.OutlineDocument:
    if one.is_outline:
        return outline(one)
    return d.ListedIncident(
        ref=ref(one.number),
        title=one.title,
        status=one.status,
        priority=one.priority,
        drill=one.is_drill,
        next_update_due_at=one.update_due_at,
        service=one.service,
        category=one.category,
        private=one.is_private,
        declared_by=one.declared_by,
        integration=one.declared_by_integration,
        declared_at=one.declared_at,
        commander=one.commander,
        asked=one.asked,
        channel=channel_of(one),
        last_update_at=one.last_update_at,
        acknowledged_at=one.acknowledged_at,
        mitigated_at=one.mitigated_at,
        resolved_at=one.resolved_at,
        over_at=one.over_at,
    )


def incident(one: Incident, people: d.Names) -> d.IncidentDocument:
    return d.IncidentDocument(
        ref=one.ref,
        title=one.title,
        status=one.status,
        priority=one.priority,
        drill=one.is_drill,
        next_update_due_at=one.update_due_at,
        private=one.is_private,
        impact=one.impact,
        urgency=one.urgency,
        severity=one.severity,
        service=one.service,
        category=one.category,
        source=one.source,
        user_impact=one.user_impact,
        declared_by=one.declared_by,
        integration=one.declared_by_integration.name if one.declared_by_integration else None,
        reported_by=one.reported_by,
        commander=one.commander,
        asked=one.asked,
        roles=tuple(d.RoleDocument(held.role, held.person) for held in one.roles if held.until is None),
        channel=channel_of(one),
        began_at=one.began_at,
        detected_at=one.detected_at,
        declared_at=one.declared_at,
        acknowledged_at=one.acknowledged_at,
        mitigated_at=one.mitigated_at,
        resolved_at=one.resolved_at,
        verified_at=one.verified_at,
        closed_at=one.closed_at,
        over_at=one.over_at,
        last_update=update(None, one.last_update) if one.last_update else None,
        runbooks=tuple(d.LinkedRunbookDocument(linked.slug, linked.title) for linked in one.runbooks),
        problem=problem_ref(one.problem) if one.problem is not None else None,
        merged_into=ref(one.merged_into) if one.merged_into is not None else None,
        review=one.review_state,
        documents=tuple(
            d.PublishedDocument(it.place, it.url, it.held.why if it.held else None) for it in one.documents
        ),
        seq=one.last_seq,
        people=people,
    )


def people_in(one: Incident) -> list[SlackUserId | None]:
    """Whom the document of an incident names."""
    last = [one.last_update.by] if one.last_update else []
    roles = [held.person for held in one.roles]
    return [one.declared_by, one.reported_by, one.commander, one.asked, *roles, *last]


def update(seq: int | None, posted: UpdatePosted) -> d.UpdateDocument:
    return d.UpdateDocument(
        seq=seq,
        at=posted.at,
        by=posted.by,
        integration=posted.integration.name if posted.integration else None,
        conditions=posted.update.conditions,
        actions=posted.update.actions,
        needs=posted.update.needs,
        next_update_due_at=posted.next_update.due_at if posted.next_update else None,
        audiences=posted.whom,
    )


def updates(recorded: Sequence[Recorded]) -> tuple[d.UpdateDocument, ...]:
    return tuple(update(one.seq, one.event) for one in recorded if isinstance(one.event, UpdatePosted))


def entry(one: Recorded) -> d.EntryDocument:
    return d.EntryDocument(
        seq=one.seq,
        at=one.event.at,
        recorded_at=one.recorded_at,
        kind=type(one.event).__name__,
        by=one.event.by,
        integration=one.event.integration.name if one.event.integration else None,
        text=in_utc(tell(one.event)),
    )


def in_utc(sentence: str) -> str:
    """With every time in UTC alone."""
    return TIME.sub(r"\g<utc>", sentence)


def message(one: Message) -> d.MessageDocument:
    return d.MessageDocument(
        channel=one.channel,
        ts=one.ts,
        thread_ts=one.thread_ts,
        at=one.posted_at,
        author=one.author,
        author_name=one.shown_as,
        text=as_typed(one.text),
        edited=one.edited_at is not None,
        deleted=one.deleted_at is not None,
        files=tuple(file.name for file in one.files),
    )


def part_of(one: PeopleOf, people: d.Names) -> d.PeopleDocument:
    it = one.incident
    return d.PeopleDocument(
        declared_by=it.declared_by,
        integration=it.declared_by_integration.name if it.declared_by_integration else None,
        commander=it.commander,
        asked=it.asked,
        roles=tuple(d.HeldRole(held.role, held.person, held.since, held.until) for held in it.roles),
        in_channel=tuple(sorted(one.present)),
        followers=it.followers,
        people=people,
    )


def clocks(found: Iterable[Reporting]) -> d.ClocksDocument:
    return d.ClocksDocument(tuple(map(_clock, found)))


def _clock(one: Reporting) -> d.ClockDocument:
    stages = []
    for stage in one.stages:
        submission = one.submission(stage.stage)
        at, reference = (submission.at, submission.reference) if submission else (None, "")
        stages.append(d.StageDocument(stage.stage, stage.title, stage.basis, stage.due_at, at, reference))
    return d.ClockDocument(
        regulation=one.regulation,
        name=one.name,
        running=one.is_running,
        ruled_out=one.ruled_out,
        triggers=tuple(d.TriggerDocument(name, at) for name, at in one.triggers),
        stages=tuple(stages),
    )


def report_draft(found: Draft) -> d.ReportDraftDocument:
    parts = tuple(d.DraftPartDocument(title, text) for title, text in found.parts)
    return d.ReportDraftDocument(found.title, NOT_ADVICE, parts, found.words)


def similar(found: Iterable[PastIncident]) -> d.SimilarDocument:
    return d.SimilarDocument(
        tuple(
            d.PastDocument(
                ref(one.number),
                one.title,
                one.fixed_by,
                one.workaround,
                problem_ref(one.problem) if one.problem is not None else None,
            )
            for one in found
        )
    )


def proposal(one: Proposal, would: Iterable[AnyEvent] = ()) -> d.ProposalDocument:
    about = ref(one.incident) if one.incident is not None else None
    return d.ProposalDocument(
        proposal=one.handle,
        number=one.number,
        verb=one.verb,
        ref=about,
        state=one.state,
        asks_to=one.wish,
        would=tuple(in_utc(tell(event)) for event in would),
        asked_in=f"the channel of {about}" if about else f"a direct message to {one.by}",
        ends_at=one.ends_at,
        answered_by=one.answered_by,
        became=ref(one.became) if one.became is not None else None,
    )


def follow_up(number: IncidentNumber, one: FollowUp) -> d.FollowUpDocument:
    return d.FollowUpDocument(
        ref(number), one.number, one.text, one.owner, one.due, one.priority, one.link, one.state, one.agreed_at
    )


def runbook_figures(one: Effectiveness, title: str | None) -> d.RunbookFiguresDocument:
    mitigate, resolve = (d.ComparedDocument(took.used, took.unused, took.saved) for took in (one.mitigate, one.resolve))
    counts = (one.offered, one.used, one.finished, one.helped, one.did_not_help)
    return d.RunbookFiguresDocument(one.slug, title, *counts, mitigate, resolve)


def budget(one: Budget) -> d.BudgetDocument:
    return d.BudgetDocument(
        service=one.objective.service,
        objective=one.objective.name,
        target=one.objective.target,
        window=one.objective.window.words,
        since=one.since,
        renewed_at=one.renewed_at,
        allowed=one.allowed,
        used=one.burned,
        left=one.left,
        burn_rate=one.rate,
        used_up_at=one.used_up_at,
        incidents=tuple(d.UsedBudgetDocument(ref(n), took, n in one.burning) for n, took in one.by_incident),
    )


def lesson(one: Lesson) -> d.LessonDocument:
    return d.LessonDocument(one.key, one.kind, one.text, one.slug, one.step or None)


def alert(one: Alert) -> d.AlertDocument:
    is_secret = one.is_wordless
    return d.AlertDocument(
        number=one.number,
        title="a private alert" if is_secret else one.title,
        state=one.state,
        source=one.source,
        severity="" if is_secret else one.severity,
        service=None if is_secret else one.service,
        labels={} if is_secret else dict(one.labels),
        link=None if is_secret else one.link,
        runbook_url=None if is_secret else one.runbook_url,
        private=one.is_private,
        times=one.times,
        signals=one.signals,
        firing=one.firing,
        began_at=one.began_at,
        opened_at=one.opened_at,
        last_at=one.last_at,
        quiet_since=one.quiet_since,
        ignored_until=one.ignored_until,
        by=one.by,
        incident=ref(one.incident) if one.incident is not None else None,
        may_join=ref(one.offers) if one.offers is not None and one.incident is None else None,
    )


def on_call(policy: Policy, schedule: Schedule, turn: Turn | None) -> d.OnCallDocument:
    known = [slug for slug in policy.services if policy.schedule_for(slug) == schedule]
    return d.OnCallDocument(
        schedule=schedule.name,
        primary=turn.primary if turn else None,
        secondary=turn.secondary if turn else None,
        until=turn.until if turn else None,
        next=turn.next if turn else None,
        services=tuple(known),
    )


def services(policy: Policy) -> d.ServicesDocument:
    return d.ServicesDocument(tuple(_service(policy, one) for one in policy.services.values()))


def _service(policy: Policy, one: Service) -> d.ServiceDocument:
    return d.ServiceDocument(
        one.slug,
        one.name,
        one.tier,
        _schedule(policy, one.slug),
        one.manager,
        one.resolver_group,
        one.tags,
        one.owner,
        one.system,
        tuple(d.LinkDocument(link.title, link.url) for link in one.links),
        one.depends_on,
    )


def _schedule(policy: Policy, slug: str) -> str | None:
    schedule = policy.schedule_for(slug)
    return schedule.name if schedule else None


def runbook(one: Runbook) -> d.RunbookDocument:
    steps = tuple(
        d.StepDocument(
            step.number,
            step.title,
            as_text(step.body),
            step.section,
            str(as_html((*step.before, Paragraph(step.lead or (Text(step.title),)), *step.body))),
        )
        for step in one.steps
    )
    sections = tuple(
        d.RunbookSectionDocument(section.heading, as_text(section.blocks), str(as_html(section.blocks)))
        for section in one.sections
    )
    return d.RunbookDocument(
        one.slug, one.title, one.services, one.categories, one.tags, one.owner, one.reviewed_at, steps, sections
    )
