"""The post-incident review as a document.

The dataclasses are the document `muster.review/1` of the JSON rendering, field by field. Texts of timeline entries are
plain; texts of messages are as Slack gave them, in mrkdwn. People stand as Slack ids and mentions everywhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.grace import GRACE, is_late
from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.policy import Link
from bot.domain.service_levels import ServiceLevel
from bot.domain.transcript import Came, File, Reaction
from bot.domain.vocabulary import Mark, Priority, ReviewState, Role, Section, Severity, Status, StepOutcome


@dataclass(frozen=True, slots=True)
class Channel:
    id: ChannelId
    name: str


@dataclass(frozen=True, slots=True)
class ServiceFacts:
    """What the policy or its catalogue says of a service when the review is compiled."""

    name: str
    owned_by: str | None
    """In words for people; an `owner` of this document is a person."""
    system: str | None
    tier: int | None
    links: tuple[Link, ...]


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
    declared_by: SlackUserId | None
    channel: Channel | None
    severity: Severity | None = None
    source: str | None = None
    user_impact: str | None = None
    reported_by: SlackUserId | None = None
    review: ReviewState = ReviewState.NONE
    integration: str | None = None
    """The name of the integration that declared it; None where a person did. So it is of every `by` below."""
    about_service: ServiceFacts | None = None
    """None where nothing is known of it but its name."""


@dataclass(frozen=True, slots=True)
class RoleSpan:
    role: Role
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Participant:
    name: str
    """As Slack shows it beside messages."""
    roles: tuple[RoleSpan, ...] = ()
    full_name: str | None = None


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
class InPriority:
    """A stretch of time at one priority."""

    priority: Priority
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
    integration: str | None = None
    grace: timedelta = GRACE
    whom: tuple[str, ...] | None = None
    """Whom it was for; None: for stakeholders alone, as is what was due."""

    @property
    def late_by(self) -> timedelta:
        """How long after its due time it came; zero when on time or when none was due."""
        return timedelta() if self.is_on_time or self.due_at is None else self.at - self.due_at

    @property
    def is_on_time(self) -> bool:
        return not is_late(self.due_at, self.at, self.grace)


@dataclass(frozen=True, slots=True)
class Entry:
    """A timeline event in words."""

    seq: int
    at: datetime
    recorded_at: datetime
    kind: str
    by: SlackUserId | None
    text: str
    permalink: str | None = None
    """Of the message it is about."""
    integration: str | None = None
    is_bookkeeping: bool = False
    """It says nothing of what happened that does not stand elsewhere: documents leave it out."""
    original: str | None = None
    """Muster's own words, where people gave it others."""


@dataclass(frozen=True, slots=True)
class ReviewSection:
    """What stands under one of the headings people write under."""

    name: Section
    text: str
    """What people wrote, else the draft; empty while there is neither."""
    is_written: bool
    """By people; then the draft no longer counts."""
    by: SlackUserId | None = None
    at: datetime | None = None
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that shows what was wrong or what was done: a message that was marked, or where it was declared."""

    at: datetime
    by: SlackUserId | None
    mark: Mark
    text: str
    """As Slack gave it, in mrkdwn; empty where it was deleted or may not be read."""
    permalink: str | None
    files: tuple[File, ...] = ()
    """As references: their content stays in Slack."""


@dataclass(frozen=True, slots=True)
class Related:
    """Another incident, or a problem, and how it hangs together with this one."""

    ref: str
    title: str
    how: str


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
    shown_as: str | None = None
    """The name of the bot that wrote it; None where a person did."""


@dataclass(frozen=True, slots=True)
class ReportedStep:
    number: int
    text: str
    outcome: StepOutcome
    note: str
    by: SlackUserId | None
    at: datetime
    integration: str | None = None
    began_at: datetime | None = None
    """When somebody took it, else when the step before it was reported, or the runbook started; None where nobody
    started it."""


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step of which nothing was said."""

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Stopped:
    """A runbook was worked through no further."""

    reason: str
    by: SlackUserId | None
    at: datetime
    integration: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said last of a runbook."""

    helped: bool
    note: str
    by: SlackUserId | None
    at: datetime
    integration: str | None = None


@dataclass(frozen=True, slots=True)
class UsedRunbook:
    slug: str
    title: str
    why: str
    steps: tuple[ReportedStep, ...]
    """Every report in the order given; a step reported twice stands twice."""
    step_count: int | None
    """How many steps the runbook has; None when it is not known any more."""
    verdict: Verdict | None = None
    """None while nobody said whether it helped."""
    stops: tuple[Stopped, ...] = ()
    """Each time that it was stopped before its end."""
    not_done: tuple[OpenStep, ...] = ()
    """Of the last time that it was worked through."""
    mitigated_after: int | None = None
    """The step that was the last one done, of all runbooks, before the impact stopped."""


@dataclass(frozen=True, slots=True)
class RunbookChange:
    """What was proposed, after what was learned here, for a runbook to say from now on; or a new runbook."""

    slug: str
    title: str
    text: str
    """What is added; empty for a new runbook."""
    diff: str
    by: SlackUserId | None
    at: datetime
    url: str | None
    """Of its pull request; None where it is a file in the channel."""
    integration: str | None = None


@dataclass(frozen=True, slots=True)
class FollowUp:
    text: str
    owner: SlackUserId | None
    due: date | None
    state: str = "open"
    priority: Priority | None = None
    link: str | None = None
    owner_name: str = ""
    """Who has it in a tracker, where nobody in Slack is known to be that."""


@dataclass(frozen=True, slots=True)
class Action:
    """What somebody was to do while the incident lasted."""

    text: str
    owner: SlackUserId | None
    at: datetime
    done_at: datetime | None


@dataclass(frozen=True, slots=True)
class MadeDecision:
    at: datetime
    by: SlackUserId | None
    text: str


@dataclass(frozen=True, slots=True)
class AudienceTold:
    """How many updates were due to an audience that has a clock of its own, and came on time."""

    audience: str
    updates_due: int
    updates_on_time: int


@dataclass(frozen=True, slots=True)
class Paged:
    """One person, called by one pager, and how far that came. Instants are None for what did not happen."""

    person: SlackUserId
    pager: str
    asked_at: datetime
    taken_at: datetime | None = None
    """When the pager took it."""
    seen_at: datetime | None = None
    """When it was acknowledged where it rings."""
    answered_at: datetime | None = None
    """When somebody did what it was wanted for, or whoever was called came."""
    answered_by: SlackUserId | None = None
    is_late: bool = False
    """It could not be sent at once, and the ladder went on without it."""


@dataclass(frozen=True, slots=True)
class Triggered:
    """When something was so from which stages of a regulation count, as was said last."""

    trigger: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reported:
    """A stage of a regulation, and how it was kept."""

    stage: str
    title: str
    due_at: datetime | None
    submitted_at: datetime | None
    by: SlackUserId | None
    """Who recorded it."""
    reference: str
    late_by: timedelta | None
    """After its time; zero where it came in time, None where that is not known."""


@dataclass(frozen=True, slots=True)
class Reporting:
    """What was recorded under a regulation."""

    regulation: str
    name: str
    ruled_out: str | None
    """Why there was nothing to be reported; None: nobody said so."""
    triggers: tuple[Triggered, ...]
    stages: tuple[Reported, ...]


@dataclass(frozen=True, slots=True)
class ErrorBudget:
    """What the incident used of the error budget of its service, and what was left when its impact stopped."""

    service: str
    objective: str
    target: float
    """From 0 to less than 1."""
    window: str
    """In words."""
    impact: timedelta
    """How long users were affected."""
    degraded: float
    """In percent."""
    used: timedelta
    allowed: timedelta
    left: timedelta
    """Below zero where more was used than there is."""
    at: datetime
    """When so much was left."""
    is_under_way: bool
    """Whether users were affected still."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    seq: int
    why: str
    original: Entry | None = None
    """What people hid; None for what is never shown."""


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
    sections: tuple[ReviewSection, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    related: tuple[Related, ...] = ()
    presence: tuple[Came, ...] = ()
    """Who joined and left the channel, in order."""
    actions: tuple[Action, ...] = ()
    decisions: tuple[MadeDecision, ...] = ()
    redacted: int = 0
    """How many secrets were taken out of the texts."""
    priorities: tuple[InPriority, ...] = ()
    audiences: tuple[AudienceTold, ...] | None = None
    """Those that have a clock of their own; None: there are none."""
    timezone: str = "UTC"
    """The zone of the policy: documents give their times in it."""
    runbook_changes: tuple[RunbookChange, ...] = ()
    pages: tuple[Paged, ...] | None = None
    """None: nobody was paged."""
    reporting: tuple[Reporting, ...] | None = None
    """None: nobody said anything of a regulation."""
    error_budget: ErrorBudget | None = None
    """None: it used none."""

    def section(self, name: Section) -> ReviewSection:
        return next((one for one in self.sections if one.name == name), ReviewSection(name, "", is_written=False))
