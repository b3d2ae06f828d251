"""The post-incident review as a document, compiled from the timeline and the transcript.

The dataclasses are the document `muster.review/1` of the JSON rendering, field by field. Texts of timeline entries are
plain; texts of messages are as Slack gave them, in mrkdwn. People stand as Slack ids and mentions everywhere.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot.domain import timeline as t
from bot.domain.folding import begin, evolve, fold
from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.incident import Incident
from bot.domain.service_levels import ServiceLevel, measured
from bot.domain.telling import listed, tell
from bot.domain.transcript import File, Message, Person, Reaction, as_typed, permalink
from bot.domain.vocabulary import Priority, ReviewState, Role, Severity, Status, StepOutcome

MENTION = re.compile(r"<@([A-Z0-9]+)(?:\|[^<>]*)?>")

LEFT_OUT: dict[type[t.TimelineEvent], str] = {
    t.CardPosted: "machine bookkeeping: where the card stands",
    t.DeadlineReminded: "machine bookkeeping: a reminder was given",
    t.ActivitySeen: "machine bookkeeping: it was looked whether the incident is quiet",
    t.ArchivingDecided: "machine bookkeeping: the channel was about to be archived",
    t.NoteAmended: "the note stands in its last wording",
    t.NoteRetracted: "the note was taken back",
    t.FollowersTold: "machine bookkeeping: followers were told what stands here",
    t.UnknownEvent: "recorded by another version of Muster and not readable by this one",
}
"""Kinds of events that say nothing of what happened, and why they are left out."""


@dataclass(frozen=True, slots=True)
class Channel:
    id: ChannelId
    name: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The head of the review: which incident it is about."""

    ref: str
    title: str
    status: Status
    priority: Priority
    category: str | None
    service: str | None
    is_private: bool
    is_drill: bool
    declared_by: SlackUserId
    channel: Channel | None
    severity: Severity | None = None
    source: str | None = None
    user_impact: str | None = None
    reported_by: SlackUserId | None = None
    review: ReviewState = ReviewState.NONE


@dataclass(frozen=True, slots=True)
class RoleSpan:
    role: Role
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Participant:
    name: str
    roles: tuple[RoleSpan, ...] = ()


@dataclass(frozen=True, slots=True)
class Times:
    began_at: datetime | None
    detected_at: datetime | None
    declared_at: datetime
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    verified_at: datetime | None
    closed_at: datetime | None
    inferred: tuple[str, ...]
    """Names of the instants above that nobody told but that follow from others."""


@dataclass(frozen=True, slots=True)
class Durations:
    """Spans from the declaration; None while unknown, negative for what happened before it."""

    time_to_channel: timedelta | None
    time_to_acknowledge: timedelta | None
    time_to_mitigate: timedelta | None
    time_to_resolve: timedelta | None
    time_to_close: timedelta | None


@dataclass(frozen=True, slots=True)
class InStatus:
    """A stretch of time in one status."""

    status: Status
    since: datetime
    until: datetime | None
    """None: it goes on."""


@dataclass(frozen=True, slots=True)
class PostedUpdate:
    at: datetime
    by: SlackUserId | None
    conditions: str
    actions: str
    needs: str
    due_at: datetime | None
    """When this update was due, as promised before it; None when none was."""

    @property
    def late_by(self) -> timedelta:
        """How long after its due time it came; zero when on time or when none was due."""
        return max(timedelta(), self.at - self.due_at) if self.due_at else timedelta()

    @property
    def is_on_time(self) -> bool:
        return not self.late_by


@dataclass(frozen=True, slots=True)
class Entry:
    """A timeline event in words."""

    seq: int
    at: datetime
    recorded_at: datetime
    kind: str
    by: SlackUserId | None
    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A message of the transcript in its last wording; nothing but author and time once it was deleted."""

    ts: MessageTs
    thread_ts: MessageTs | None
    at: datetime
    author: SlackUserId | None
    text: str
    is_edited: bool
    is_deleted: bool
    permalink: str | None
    files: tuple[File, ...] = ()
    reactions: tuple[Reaction, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportedStep:
    number: int
    text: str
    outcome: StepOutcome
    note: str
    by: SlackUserId | None
    at: datetime


@dataclass(frozen=True, slots=True)
class UsedRunbook:
    slug: str
    title: str
    why: str
    steps: tuple[ReportedStep, ...]
    """Every report in the order given; a step reported twice stands twice."""
    step_count: int | None
    """How many steps the runbook has; None when it is not known any more."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    text: str
    owner: SlackUserId | None
    due: date | None
    state: str = "open"
    priority: Priority | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class LeftOut:
    seq: int
    why: str


@dataclass(frozen=True, slots=True)
class Review:
    generated_at: datetime
    complete_to: datetime
    """Everything said and done up to here is in the review."""
    incident: Facts
    people: Mapping[SlackUserId, Participant]
    """Everyone whose id stands anywhere in the review."""
    times: Times
    durations: Durations
    updates: tuple[PostedUpdate, ...]
    timeline: tuple[Entry, ...]
    transcript: tuple[Line, ...]
    runbooks: tuple[UsedRunbook, ...]
    follow_ups: tuple[FollowUp, ...]
    findings: tuple[str, ...]
    left_out: tuple[LeftOut, ...]
    service_levels: tuple[ServiceLevel, ...] = ()
    statuses: tuple[InStatus, ...] = ()


def compile_review(
    timeline: Sequence[t.Recorded],
    transcript: Sequence[Message],
    people: Mapping[SlackUserId, Person],
    generated_at: datetime,
    complete_to: datetime,
    workspace_url: str | None,
    runbook_steps: Mapping[str, int] | None,
) -> Review:
    """Everything that is known, in order. `runbook_steps` says how many steps a runbook has, by slug.

    Raises ValueError when the timeline does not begin with a declaration.
    """
    incident = fold(timeline)
    updates = tuple(_update(one.event) for one in timeline if isinstance(one.event, t.UpdatePosted))
    said = {(one.channel, one.ts): one for one in transcript}
    left_out = _left_out(incident, timeline)
    notes = {one.seq: one.text for one in incident.notes}
    entries = tuple(_entry(one, said, notes) for one in timeline if one.seq not in left_out)
    lines = tuple(_line(one, workspace_url) for one in sorted(transcript, key=_in_channel_order))
    return Review(
        generated_at=generated_at,
        complete_to=complete_to,
        incident=_facts(incident),
        people=_participants(incident, timeline, entries, lines, people),
        times=_times(incident),
        durations=_durations(incident),
        updates=updates,
        timeline=tuple(sorted(entries, key=lambda entry: (entry.at, entry.seq))),
        transcript=lines,
        runbooks=_runbooks(incident, runbook_steps or {}),
        follow_ups=tuple(
            FollowUp(one.text, one.owner, one.due, one.state, one.priority, one.link) for one in incident.follow_ups
        ),
        findings=tuple(_findings(incident, updates)),
        service_levels=measured(incident),
        statuses=statuses(timeline),
        left_out=tuple(LeftOut(seq, why) for seq, why in left_out.items()),
    )


def named(text: str, people: Mapping[SlackUserId, Participant]) -> str:
    """The text with `@Dana` for every `<@U1>`; somebody unknown stays `@U1`."""

    def name(found: re.Match[str]) -> str:
        known = people.get(SlackUserId(found[1]))
        return f"@{known.name if known else found[1]}"

    return MENTION.sub(name, text)


def _facts(incident: Incident) -> Facts:
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
    )


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
    return PostedUpdate(event.at, event.by, said.conditions, said.actions, said.needs, event.due_at)


def _left_out(incident: Incident, timeline: Iterable[t.Recorded]) -> dict[int, str]:
    """By `seq`, why an event does not stand in the review's timeline."""
    retracted = {one.seq for one in incident.notes if one.is_retracted}
    found = {}
    for one in timeline:
        if one.seq in retracted:
            found[one.seq] = "the note was retracted"
        elif type(one.event) in LEFT_OUT:
            found[one.seq] = LEFT_OUT[type(one.event)]
    return found


def _entry(
    recorded: t.Recorded, said: Mapping[tuple[ChannelId, MessageTs], Message], notes: Mapping[int, str]
) -> Entry:
    """The event in words; of a note, and of a message that was marked, the last wording."""
    event = recorded.event
    if isinstance(event, t.NoteAdded):
        event = replace(event, text=notes.get(recorded.seq, event.text))
    told = tell(event)
    if isinstance(event, t.MessageMarked):
        message = said.get((event.channel, event.ts))
        told = f"{told.removesuffix('.')}: {_quoted(message)}"
    return Entry(recorded.seq, event.at, recorded.recorded_at, type(event).__name__, event.by, told)


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
        text="" if is_deleted else message.text,
        is_edited=message.edited_at is not None and not is_deleted,
        is_deleted=is_deleted,
        permalink=permalink(workspace_url, message.channel, message.ts, message.thread_ts) if workspace_url else None,
        files=() if is_deleted else message.files,
        reactions=() if is_deleted else message.reactions,
    )


def _runbooks(incident: Incident, step_counts: Mapping[str, int]) -> tuple[UsedRunbook, ...]:
    linked = {one.slug: one for one in incident.runbooks}
    for step in incident.steps:
        linked.setdefault(step.slug, t.LinkedRunbook(step.slug, step.slug, "steps of it were reported"))
    steps: dict[str, list[ReportedStep]] = {slug: [] for slug in linked}
    for one in incident.steps:
        steps[one.slug].append(ReportedStep(one.number, one.step, one.outcome, one.note, one.by, one.at))
    return tuple(
        UsedRunbook(slug, one.title, one.why, tuple(steps[slug]), step_counts.get(slug)) for slug, one in linked.items()
    )


def _participants(
    incident: Incident,
    timeline: Iterable[t.Recorded],
    entries: Iterable[Entry],
    lines: Iterable[Line],
    people: Mapping[SlackUserId, Person],
) -> dict[SlackUserId, Participant]:
    """Everyone in the order in which they first stand in the record, with the roles they held."""
    roles: dict[SlackUserId, list[RoleSpan]] = {}
    for held in incident.roles:
        roles.setdefault(held.person, []).append(RoleSpan(held.role, held.since, held.until))
    everyone = dict.fromkeys(
        (
            *(one.event.by for one in timeline if one.event.by),
            *_mentioned(entry.text for entry in entries),
            *roles,
            *(one.owner for one in incident.follow_ups if one.owner),
            *_in_transcript(lines),
        )
    )
    return {
        user: Participant(people[user].name if user in people else user, tuple(roles.get(user, ())))
        for user in everyone
    }


def _mentioned(texts: Iterable[str]) -> Iterator[SlackUserId]:
    for text in texts:
        for found in MENTION.finditer(text):
            yield SlackUserId(found[1])


def _in_transcript(lines: Iterable[Line]) -> Iterator[SlackUserId]:
    for line in lines:
        if line.author:
            yield line.author
        yield from _mentioned((line.text,))
        for reaction in line.reactions:
            yield from reaction.users


def _findings(incident: Incident, updates: Sequence[PostedUpdate]) -> Iterator[str]:
    """What a reader should ask about first; a cancelled incident owes nobody an explanation."""
    if incident.status is Status.CANCELLED:
        return
    if incident.acknowledged_at is None:
        yield "Nobody accepted command."
    late = sum(not update.is_on_time for update in updates)
    if not updates:
        yield "No update was posted."
    elif late == len(updates):
        yield "No update came on time."
    elif late:
        yield f"{late} of {len(updates)} updates came late."
    missed = [one.name for one in measured(incident) if one.is_kept is False]
    if missed:
        yield f"Service {'level' if len(missed) == 1 else 'levels'} missed: to {listed(missed)}."
    if "mitigated_at" in incident.inferred:
        yield "Nobody said when the impact stopped; the time of the resolution stands for it."
    if incident.resolved_at is not None and incident.verified_at is None:
        yield "The resolution was not verified."
    unknown = [word for word, at in (("began", incident.began_at), ("was detected", incident.detected_at)) if not at]
    if unknown:
        yield f"Nobody recorded when the incident {' or when it '.join(unknown)}."
    if not incident.follow_ups:
        yield "No follow-up was agreed."
    if incident.unknown:
        yield "Part of the timeline was recorded by another version of Muster and is not shown."
