"""Compiling the post-incident review from the timeline and the transcript."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.domain import timeline as t
from bot.domain.actor import Integration
from bot.domain.document import (
    Action,
    AudienceTold,
    Channel,
    Durations,
    Entry,
    ErrorBudget,
    Evidence,
    Facts,
    FollowUp,
    InPriority,
    InStatus,
    LeftOut,
    Line,
    MadeDecision,
    OpenStep,
    Participant,
    PostedUpdate,
    Related,
    Reported,
    ReportedStep,
    Reporting,
    Review,
    ReviewSection,
    RoleSpan,
    RunbookChange,
    ServiceFacts,
    Stopped,
    Times,
    Triggered,
    UsedRunbook,
    Verdict,
)
from bot.domain.drafting import Moment, Record, drafts
from bot.domain.escalation import taken_back
from bot.domain.explaining import why_runbook
from bot.domain.folding import begin, evolve, fold
from bot.domain.hops import hops
from bot.domain.ids import ChannelId, MessageTs, SlackUserId, problem_ref, ref
from bot.domain.incident import Incident
from bot.domain.incident import Reporting as ReportingClock
from bot.domain.labels import labelled, unmarked
from bot.domain.linting import findings
from bot.domain.named import MENTION, mentioned
from bot.domain.people import Profile
from bot.domain.policy import Service
from bot.domain.sections import Written
from bot.domain.service_levels import ServiceLevel, measured
from bot.domain.telling import MARKS, clock, declared_in_brief, tell
from bot.domain.transcript import Came, Message, as_typed, permalink, with_bare_addresses
from bot.domain.vocabulary import Mark, MessageChange, Section, StepOutcome

A_MOMENT = timedelta(minutes=2)
"""A channel that was read so lately counts as read."""

A_BOT = "A bot"
"""Where Slack does not say what it is called."""

BOOKKEEPING = frozenset(
    {
        t.ChannelOpened,
        t.ChannelRenamed,
        t.ChannelArchived,
        t.ChoiceUndone,
        t.CommanderAsked,
        t.CustomerUpdateApproved,
        t.CustomerUpdateDrafted,
        t.CustomerUpdateInReview,
        t.HandoverOffered,
        t.ActionOpened,
        t.ActionDone,
        t.ApprovalAsked,
        t.DecisionMade,
        t.FollowUpAgreed,
        t.FollowUpChanged,
        t.FollowUpEnded,
        t.IssueChanged,
        t.IssueFiled,
        t.IssueLost,
        t.Followed,
        t.IncidentListed,
        t.JoinAsked,
        t.LeftUnattended,
        t.LegalHoldSet,
        t.MajorSuggested,
        t.MarkRemoved,
        t.Nudged,
        t.OnCallChanged,
        t.PageNotSent,
        t.PageSeen,
        t.PageTaken,
        t.PastRecalled,
        t.PeopleInvited,
        t.PeopleNotAdded,
        t.ProblemLinked,
        t.RemindersSnoozed,
        t.PullRequestOpened,
        t.ReviewApproved,
        t.ReviewMeetingMoved,
        t.ReviewPublished,
        t.DocumentWritten,
        t.DocumentKept,
        t.OverwritingDecided,
        t.ReviewReopened,
        t.ReviewStarted,
        t.ReviewWaived,
        t.RoleAssigned,
        t.RunbookJudged,
        t.RunbookLinked,
        t.RunbookProposed,
        t.RunApproved,
        t.RunDeclined,
        t.RunProposed,
        t.RunStarted,
        t.StepReported,
        t.StepTaken,
        t.StepTimeUp,
        t.ReportsAwaited,
        t.TargetMissed,
        t.Unfollowed,
        t.UpdateOverdue,
        t.RecordRedacted,
        t.WordsErased,
    }
)
"""Kinds of events about the work around the incident, or that stand elsewhere in the review: roles, follow-ups, steps
of runbooks, late updates."""

LEFT_OUT: dict[type[t.TimelineEvent], str] = {
    t.CardPosted: "machine bookkeeping: where the card stands",
    t.CardLost: "machine bookkeeping: the card was deleted and posted anew",
    t.PullRequestRefused: "machine bookkeeping: what was proposed for a runbook was posted as a file",
    t.RunbookPosted: "machine bookkeeping: where the steps of a runbook stand",
    t.ClassificationSuggested: "machine bookkeeping: what similar incidents suggested when it was declared",
    t.RunbooksOffered: "machine bookkeeping: the card offered other runbooks",
    t.RunbookLost: "machine bookkeeping: the steps of a runbook were deleted and posted anew",
    t.DeadlineReminded: "machine bookkeeping: a reminder was given",
    t.ActivitySeen: "machine bookkeeping: it was looked whether the incident is quiet",
    t.ArchivingDecided: "machine bookkeeping: the channel was about to be archived",
    t.NoteAmended: "the note stands in its last wording",
    t.NoteRetracted: "the note was taken back",
    t.EntryCurated: "it changed how another entry is shown",
    t.FollowersTold: "machine bookkeeping: followers were told what stands here",
    t.UnknownEvent: "recorded by another version of Muster and not readable by this one",
}
"""Kinds of events that say nothing of what happened, and why they are left out."""


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that is known of an incident when its review is compiled."""

    timeline: Sequence[t.Recorded]
    transcript: Sequence[Message] = ()
    people: Mapping[SlackUserId, Profile] = field(default_factory=dict)
    came: Sequence[Came] = ()
    written: Mapping[Section, Written] = field(default_factory=dict)
    runbook_steps: Mapping[str, int] = field(default_factory=dict)
    """How many steps a runbook has, by slug."""
    workspace_url: str | None = None
    timezone: str = "UTC"
    """Of the policy; documents give their times in it."""
    services: Mapping[str, Service] = field(default_factory=dict)
    budget: ErrorBudget | None = None


def compile_review(material: Material, generated_at: datetime, complete_to: datetime) -> Review:
    """Everything that is known, in order. Raises ValueError when the timeline does not begin with a declaration."""
    timeline, url = material.timeline, material.workspace_url
    incident = fold(timeline)
    posted = [one.event for one in timeline if isinstance(one.event, t.UpdatePosted)]
    said = {(one.channel, one.ts): one for one in material.transcript}
    left_out, curated = left_out_of(incident, timeline), curations(timeline)
    told = _Telling(said, {one.seq: one.text for one in incident.notes}, curated, url)
    shown = {one.seq: told.entry(one) for one in timeline if one.seq not in left_out}
    hidden = {seq: why for seq, one in curated.items() if seq in shown and (why := _why_hidden(one))}
    entries = tuple(entry for seq, entry in shown.items() if seq not in hidden)
    lines = tuple(_line(one, url) for one in sorted(material.transcript, key=_in_channel_order))
    levels = measured(incident)
    evidence = tuple(told.evidence(incident, timeline))
    sections = _sections(incident, timeline, levels, material.written, _moments(evidence, told.replies(incident)))
    review = Review(
        generated_at=generated_at,
        complete_to=complete_to,
        incident=_facts(incident, material.services),
        people={},
        times=_times(incident),
        durations=_durations(incident),
        updates=tuple(_update(one) for one in posted),
        timeline=tuple(sorted(entries, key=lambda entry: (entry.at, entry.seq))),
        transcript=lines,
        runbooks=_runbooks(incident, timeline, material.runbook_steps),
        follow_ups=tuple(
            FollowUp(one.text, one.owner, one.due, one.state, one.priority, one.link, one.owner_name)
            for one in incident.follow_ups
        ),
        actions=tuple(Action(one.text, one.owner, one.opened_at, one.done_at) for one in incident.actions),
        decisions=tuple(MadeDecision(one.at, one.by, one.text) for one in incident.decisions),
        findings=(
            *findings(incident, posted, material.written, _drafted(sections)),
            *_unheard(generated_at, complete_to),
        ),
        service_levels=levels,
        statuses=statuses(timeline),
        priorities=priorities([one.event for one in timeline]),
        left_out=(
            *(LeftOut(seq, why) for seq, why in left_out.items()),
            *(LeftOut(seq, why, shown[seq]) for seq, why in hidden.items()),
        ),
        sections=sections,
        evidence=evidence,
        related=tuple(dict.fromkeys(_related(incident, timeline))),
        presence=tuple(sorted(material.came, key=lambda one: (one.at, one.user, not one.is_joining))),
        audiences=_audiences(incident),
        timezone=material.timezone,
        runbook_changes=tuple(_runbook_changes(timeline)),
        pages=hops(timeline) or None,
        reporting=_reporting(incident) or None,
        error_budget=material.budget,
    )
    return with_names(replace(review, people=_participants(incident, timeline, review)), material.people)


def with_names(
    review: Review, people: Mapping[SlackUserId, Profile], others: Mapping[str, str] | None = None
) -> Review:
    """The review with the names of those who stand in it; whoever is not known keeps their id. Bots are not among
    those who came. `others`: the names of user groups and channels, by id."""
    named = {
        user: replace(participant, name=people[user].name, full_name=people[user].full_name or None)
        if user in people
        else participant
        for user, participant in review.people.items()
    }
    bots = {user for user, person in people.items() if person.is_bot}
    named_lines = tuple(_with_author(line, people) for line in review.transcript)
    shown = replace(
        review,
        people=named,
        transcript=named_lines,
        presence=tuple(one for one in review.presence if one.user not in bots),
    )
    return labelled(shown, others) if others else shown


def _with_author(line: Line, people: Mapping[SlackUserId, Profile]) -> Line:
    """A bot that gave itself no name for this message has the one of its profile."""
    if line.shown_as != A_BOT or line.author is None or line.author not in people:
        return line
    return replace(line, shown_as=people[line.author].name)


def _unheard(generated_at: datetime, complete_to: datetime) -> Iterator[str]:
    if generated_at - complete_to > A_MOMENT:
        yield f"What was said after {complete_to:%H:%M:%S} UTC may be missing: the channel was not read since."


def _sections(
    incident: Incident,
    timeline: Sequence[t.Recorded],
    levels: Sequence[ServiceLevel],
    written: Mapping[Section, Written],
    moments: Sequence[Moment],
) -> tuple[ReviewSection, ...]:
    events = sorted((one.event for one in timeline), key=lambda event: event.at)
    drafted = drafts(Record(incident, events, levels, moments))
    return tuple(
        ReviewSection(section, one.text, is_written=True, by=one.by, at=one.at, revision=one.revision)
        if (one := written.get(section)) is not None and one.text
        else ReviewSection(section, drafted.get(section, ""), is_written=False)
        for section in Section
    )


def _drafted(sections: Iterable[ReviewSection]) -> frozenset[Section]:
    return frozenset(one.name for one in sections if one.text and not one.is_written)


def _moments(evidence: Iterable[Evidence], replies: Collection[datetime]) -> tuple[Moment, ...]:
    """The key moments whose words are still there. `replies`: when those were said that stand in threads."""
    return tuple(
        Moment(one.at, one.by, as_typed(one.text), is_reply=one.at in replies)
        for one in evidence
        if one.mark is Mark.KEY_MOMENT and one.text
    )


def _related(incident: Incident, timeline: Iterable[t.Recorded]) -> Iterator[Related]:
    for one in timeline:
        match one.event:
            case t.IncidentMerged(into=into, title=title):
                yield Related(ref(into), title, "continued as this one")
            case t.OtherMergedIn(other=other, title=title):
                yield Related(ref(other), title, "merged into this incident")
            case t.PastRecalled(alike=alike):
                yield from (Related(ref(past.number), past.title, "it looked alike") for past in alike)
            case t.ProblemLinked(problem=problem, title=title) if problem == incident.problem:
                yield Related(problem_ref(problem), title, "the problem behind it")


def named(text: str, people: Mapping[SlackUserId, Participant | Profile]) -> str:
    """The text with `@Dana` for every `<@U1>`; somebody unknown stays `@U1`. Groups and channels by their labels."""

    def name(found: re.Match[str]) -> str:
        known = people.get(SlackUserId(found["user"]))
        return f"@{known.name if known else found['user']}"

    return unmarked(MENTION.sub(name, text))


def _facts(incident: Incident, services: Mapping[str, Service]) -> Facts:
    channel = Channel(incident.channel, incident.channel_name or "") if incident.channel else None
    return Facts(
        ref=incident.ref,
        title=incident.title,
        status=incident.status,
        priority=incident.priority,
        category=incident.category,
        service=incident.service,
        is_private=incident.is_private,
        is_drill=incident.is_drill,
        declared_by=incident.declared_by,
        channel=channel,
        severity=incident.severity,
        source=incident.source,
        user_impact=incident.user_impact,
        reported_by=incident.reported_by,
        review=incident.review_state,
        integration=_name(incident.declared_by_integration),
        about_service=_about(services.get(incident.service or "")),
    )


def _about(service: Service | None) -> ServiceFacts | None:
    if service is None or not (service.owner or service.system or service.links or service.tier is not None):
        return None
    return ServiceFacts(service.name, service.owner, service.system, service.tier, service.links)


def _name(integration: Integration | None) -> str | None:
    return integration.name if integration else None


def _times(incident: Incident) -> Times:
    return Times(
        began_at=incident.began_at,
        detected_at=incident.detected_at,
        declared_at=incident.declared_at,
        acknowledged_at=incident.acknowledged_at,
        mitigated_at=incident.mitigated_at,
        resolved_at=incident.resolved_at,
        verified_at=incident.verified_at,
        closed_at=incident.closed_at,
        inferred=tuple(sorted(incident.inferred)),
    )


def statuses(timeline: Sequence[t.Recorded]) -> tuple[InStatus, ...]:
    """The statuses in their order, from the declaration on, without a gap: what is over goes on being over."""
    found: list[InStatus] = []
    incident: Incident | None = None
    for one in timeline:
        incident = begin(one) if incident is None else evolve(incident, one)
        if found and found[-1].status is incident.status:
            continue
        if found:
            found[-1] = replace(found[-1], until=one.event.at)
        found.append(InStatus(incident.status, one.event.at, None))
    return tuple(found)


def priorities(events: Iterable[t.AnyEvent]) -> tuple[InPriority, ...]:
    """The priorities in their order, from the declaration on, without a gap."""
    found: list[InPriority] = []
    for one in events:
        if not isinstance(one, t.IncidentDeclared | t.Reclassified) or (found and found[-1].priority is one.priority):
            continue
        if found:
            found[-1] = replace(found[-1], until=one.at)
        found.append(InPriority(one.priority, one.at, None))
    return tuple(found)


def _durations(incident: Incident) -> Durations:
    def until(instant: datetime | None) -> timedelta | None:
        return instant - incident.declared_at if instant else None

    return Durations(
        time_to_channel=until(incident.channel_opened_at),
        time_to_acknowledge=until(incident.acknowledged_at),
        time_to_mitigate=until(incident.mitigated_at),
        time_to_resolve=until(incident.resolved_at),
        time_to_close=until(incident.closed_at),
    )


def _update(event: t.UpdatePosted) -> PostedUpdate:
    said = event.update
    return PostedUpdate(
        event.at,
        event.by,
        said.conditions,
        said.actions,
        said.needs,
        event.due_at,
        _name(event.integration),
        event.grace,
        event.whom if event.audiences else None,
    )


def _reporting(incident: Incident) -> tuple[Reporting, ...]:
    return tuple(
        Reporting(
            regulation=one.regulation,
            name=one.name,
            ruled_out=one.ruled_out,
            triggers=tuple(Triggered(name, at) for name, at in one.triggers),
            stages=tuple(_reported(one, stage) for stage in one.stages) if one.ruled_out is None else _submitted(one),
        )
        for one in incident.reporting
        if one.is_answered or one.triggers
    )


def _submitted(known: ReportingClock) -> tuple[Reported, ...]:
    """Of what was ruled out in the end only what was submitted before."""
    return tuple(_reported(known, stage) for stage in known.stages if not known.is_open(stage))


def _reported(known: ReportingClock, stage: t.StageDue) -> Reported:
    submission = known.submission(stage.stage)
    late_by = max(submission.at - stage.due_at, timedelta()) if submission and stage.due_at else None
    return Reported(
        stage=stage.stage,
        title=stage.title,
        due_at=stage.due_at,
        submitted_at=submission.at if submission else None,
        by=submission.by if submission else None,
        reference=submission.reference if submission else "",
        late_by=late_by,
    )


def _audiences(incident: Incident) -> tuple[AudienceTold, ...] | None:
    told = tuple(AudienceTold(one.audience, one.updates_due, one.updates_on_time) for one in incident.audiences)
    return tuple(one for one in told if one.updates_due) or None


def left_out_of(incident: Incident, timeline: Sequence[t.Recorded]) -> dict[int, str]:
    """By `seq`, why an event does not stand in the review's timeline."""
    retracted = {one.seq for one in incident.notes if one.is_retracted}
    found = dict.fromkeys(taken_back(timeline), "the update came on time")
    for one in timeline:
        if one.seq in retracted:
            found[one.seq] = "the note was retracted"
        elif isinstance(one.event, t.WordsErased) and one.event.after is MessageChange.EDITED:
            found[one.seq] = "a message was edited, and its words stand in their last wording"
        elif type(one.event) in LEFT_OUT:
            found[one.seq] = LEFT_OUT[type(one.event)]
    return found


def curations(timeline: Iterable[t.Recorded]) -> dict[int, t.EntryCurated]:
    """How entries stand in the review by what people said of them last, by `seq`."""
    return {one.event.of: one.event for one in timeline if isinstance(one.event, t.EntryCurated)}


def _why_hidden(one: t.EntryCurated) -> str:
    """Empty where it is not."""
    return f"hidden by those who wrote the review{f': {one.reason}' if one.reason else ''}" if one.is_hidden else ""


@dataclass(frozen=True, slots=True)
class _Telling:
    """Events in words; of a note, and of a message that was marked, the last wording."""

    said: Mapping[tuple[ChannelId, MessageTs], Message]
    notes: Mapping[int, str]
    curated: Mapping[int, t.EntryCurated]
    workspace_url: str | None

    def entry(self, recorded: t.Recorded) -> Entry:
        event = recorded.event
        if isinstance(event, t.NoteAdded):
            event = replace(event, text=self.notes.get(recorded.seq, event.text))
        told, link = tell(event, marked_time), None
        words = self.curated[recorded.seq].text if recorded.seq in self.curated else ""
        if isinstance(event, t.MessageMarked):
            message = self.said.get((event.channel, event.ts))
            told = f"{_shown_as(event)}: {_quoted(message)}"
            link = self._link(event)
            if message is None or message.deleted_at is not None:
                words = ""  # they may quote it
        elif isinstance(event, t.IncidentDeclared):
            told, link = declared_in_brief(event), event.evidence.permalink if event.evidence else None
        return Entry(
            recorded.seq,
            event.at,
            recorded.recorded_at,
            type(event).__name__,
            event.by,
            words or told,
            link,
            _name(event.integration),
            is_bookkeeping=is_bookkeeping(event),
            original=told if words else None,
        )

    def evidence(self, incident: Incident, timeline: Sequence[t.Recorded]) -> Iterator[Evidence]:
        """Where it was declared, then every message that is marked, in the order of their own times."""
        first = timeline[0].event
        if isinstance(first, t.IncidentDeclared) and (shown := first.evidence):
            yield Evidence(first.at, shown.author, Mark.EVIDENCE, shown.text, shown.permalink)
        for event in sorted(incident.marked, key=lambda one: one.at):
            message = self.said.get((event.channel, event.ts))
            is_there = message is not None and message.deleted_at is None
            yield Evidence(
                event.at,
                event.author,
                event.mark,
                with_bare_addresses(message.text) if message and is_there else "",
                self._link(event),
                message.files if message and is_there else (),
            )

    def replies(self, incident: Incident) -> frozenset[datetime]:
        """When the marked messages were said that answer others in a thread."""
        found = ((event.at, self.said.get((event.channel, event.ts))) for event in incident.marked)
        return frozenset(at for at, message in found if message and message.thread_ts not in (None, message.ts))

    def _link(self, event: t.MessageMarked) -> str | None:
        message = self.said.get((event.channel, event.ts))
        thread = message.thread_ts if message else None
        return permalink(self.workspace_url, event.channel, event.ts, thread) if self.workspace_url else None


def marked_time(instant: datetime, near: datetime) -> str:
    """An instant within a text of the review, for each format to say in its own zone; in UTC where none does."""
    return f"<!date^{int(instant.timestamp())}^{{time}}|{clock(instant, near)}>"


def is_bookkeeping(event: t.AnyEvent) -> bool:
    """Whether an entry is for the record alone. That somebody was told, or asked, is part of what happened."""
    match event:
        case t.EscalationTold(rungs=rungs) | t.AcknowledgementOverdue(rungs=rungs):
            return rungs is None or not (rungs.told or rungs.asked)
        case t.MessageMarked(mark=mark):
            return mark is Mark.FOLLOW_UP
        case _:
            return type(event) in BOOKKEEPING


def _shown_as(event: t.MessageMarked) -> str:
    """`Key moment, Bo`: what the message is, and whose."""
    kind = MARKS[event.mark].removeprefix("a ").capitalize()
    return f"{kind}, <@{event.author}>" if event.author else kind


def _quoted(message: Message | None) -> str:
    if message is None or message.deleted_at is not None:
        return "(deleted)"
    return f"“{as_typed(message.text)}”" if message.text else "(a file)"


def _in_channel_order(message: Message) -> tuple[int, str]:
    """By ts, whose seconds may one day have a further digit."""
    return len(message.ts.partition(".")[0]), message.ts


def _line(message: Message, workspace_url: str | None) -> Line:
    is_deleted = message.deleted_at is not None
    return Line(
        ts=message.ts,
        thread_ts=message.thread_ts,
        at=message.posted_at,
        author=message.author,
        text="" if is_deleted else with_bare_addresses(message.text),
        is_edited=message.edited_at is not None and not is_deleted,
        is_deleted=is_deleted,
        permalink=permalink(workspace_url, message.channel, message.ts, message.thread_ts) if workspace_url else None,
        files=() if is_deleted else message.files,
        reactions=() if is_deleted else message.reactions,
        shown_as=(message.shown_as or A_BOT) if message.is_bot else None,
    )


def _runbooks(
    incident: Incident, timeline: Iterable[t.Recorded], step_counts: Mapping[str, int]
) -> tuple[UsedRunbook, ...]:
    linked = {one.slug: one for one in incident.runbooks}
    for step in incident.steps:
        linked.setdefault(step.slug, t.LinkedRunbook(step.slug, step.slug, "steps of it were reported"))
    counts = {**step_counts, **{one.slug: len(one.steps) for one in incident.worked}}
    steps: dict[str, list[ReportedStep]] = {slug: [] for slug in linked}
    for one, began_at in _steps_with_beginnings(timeline):
        name = _name(one.integration)
        reported = ReportedStep(one.number, one.step, one.outcome, one.note, one.by, one.at, name, began_at)
        steps[one.slug].append(reported)
    verdicts = {
        one.runbook.slug: Verdict(one.helped, one.note, one.by, one.at, _name(one.integration))
        for one in incident.judgements
    }
    stops: dict[str, list[Stopped]] = {}
    for event in (one.event for one in timeline):
        if isinstance(event, t.RunbookStopped):
            by = _name(event.integration)
            stops.setdefault(event.slug, []).append(Stopped(event.reason, event.by, event.at, by))
    left = {one.slug: tuple(OpenStep(step.number, step.title) for step in one.not_done) for one in incident.worked}
    last = _last_before_mitigation(incident)
    return tuple(
        UsedRunbook(
            slug,
            one.title,
            why_runbook(one),
            tuple(steps[slug]),
            counts.get(slug),
            verdicts.get(slug),
            tuple(stops.get(slug, ())),
            left.get(slug, ()),
            last.number if last and last.slug == slug else None,
        )
        for slug, one in linked.items()
    )


def _last_before_mitigation(incident: Incident) -> t.StepReported | None:
    """The step that was the last one done before the impact stopped: what people did then may well be what helped."""
    if (end := incident.mitigated_at) is None or "mitigated_at" in incident.inferred:
        return None
    done = [one for one in incident.steps if one.outcome is StepOutcome.DONE and one.at <= end]
    return max(reversed(done), key=lambda one: one.at, default=None)


def _runbook_changes(timeline: Iterable[t.Recorded]) -> Iterator[RunbookChange]:
    events = [(one.seq, one.event) for one in timeline]
    urls = {event.of: event.url for _, event in events if isinstance(event, t.PullRequestOpened)}
    for seq, event in events:
        if isinstance(event, t.RunbookProposed):
            url, by = urls.get(seq), _name(event.integration)
            yield RunbookChange(event.slug, event.title, event.text, event.diff, event.by, event.at, url, by)


def _steps_with_beginnings(timeline: Iterable[t.Recorded]) -> Iterator[tuple[t.StepReported, datetime | None]]:
    """Each report of a step, with when work on it began, as `ReportedStep` has it."""
    last: dict[str, datetime] = {}
    taken: dict[tuple[str, int], datetime] = {}
    for recorded in timeline:
        match event := recorded.event:
            case t.RunbookStarted(runbook=runbook):
                last[runbook.slug] = event.at
                taken = {key: at for key, at in taken.items() if key[0] != runbook.slug}
            case t.StepTaken():
                taken.setdefault((event.slug, event.number), event.at)
            case t.StepReported():
                yield event, taken.pop((event.slug, event.number), last.get(event.slug))
                if event.slug in last:
                    last[event.slug] = event.at


def _participants(incident: Incident, timeline: Iterable[t.Recorded], review: Review) -> dict[SlackUserId, Participant]:
    """Everyone in the order in which they first stand in the record, with the roles they held, by their ids."""
    roles: dict[SlackUserId, list[RoleSpan]] = {}
    for held in incident.roles:
        roles.setdefault(held.person, []).append(RoleSpan(held.role, held.since, held.until))
    everyone = dict.fromkeys(
        (
            *(one.event.by for one in timeline if one.event.by),
            *mentioned(entry.text for entry in review.timeline),
            *mentioned(entry.original for entry in review.timeline if entry.original),
            *mentioned(one.original.text for one in review.left_out if one.original),
            *roles,
            *(one.owner for one in incident.follow_ups if one.owner),
            *(one.by for one in review.sections if one.by),
            *mentioned(one.text for one in review.sections),
            *(one.by for one in review.evidence if one.by),
            *mentioned(one.text for one in review.evidence),
            *(one.user for one in review.presence),
            *(one.person for one in review.pages or ()),
            *(stage.by for one in review.reporting or () for stage in one.stages if stage.by),
            *_in_transcript(review.transcript),
        )
    )
    return {user: Participant(user, tuple(roles.get(user, ()))) for user in everyone}


def _in_transcript(lines: Iterable[Line]) -> Iterator[SlackUserId]:
    for line in lines:
        if line.author:
            yield line.author
        yield from mentioned((line.text,))
        for reaction in line.reactions:
            yield from reaction.users
