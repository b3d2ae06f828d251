"""What the API tells, as values: each is an object of the OpenAPI document, field by field.

People stand as Slack ids, in texts as `<@U…>`; where a document has `people`, it says who they are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.domain.ids import ChannelId, MessageTs, SlackUserId
from bot.domain.lessons import Kind
from bot.domain.metrics import Figures, Share, Spread
from bot.domain.paging import Tried
from bot.domain.vocabulary import (
    AlertState,
    FollowUpState,
    KeptAs,
    Level,
    Priority,
    ProposalState,
    ReviewState,
    Role,
    Section,
    Severity,
    Status,
)
from bot.door.token import Scope

Names = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Whoami:
    """Whose token it is, and what it may do."""

    token: str
    name: str
    person: SlackUserId | None
    integration: str | None
    scopes: tuple[Scope, ...]
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class TokenDocument:
    """A token of the API; never its text."""

    id: str
    name: str
    person: SlackUserId | None
    integration: str | None
    scopes: tuple[Scope, ...]
    is_good: bool
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhookDocument:
    """Another program that is told what happens to incidents. `events`, `services`, `priorities`: of these alone, or of
    all. `id`, `made_at` and who made it: null where it stands in the policy."""

    id: str | None
    name: str
    url: str
    events: tuple[str, ...]
    services: tuple[str, ...]
    priorities: tuple[Priority, ...]
    private: bool
    allow_private_address: bool
    person: SlackUserId | None
    integration: str | None
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class WebhooksDocument:
    webhooks: tuple[WebhookDocument, ...]


@dataclass(frozen=True, slots=True)
class NewWebhookDocument:
    """`secret`: what it is signed with, told this once."""

    webhook: WebhookDocument
    secret: str


@dataclass(frozen=True, slots=True)
class TokensDocument:
    tokens: tuple[TokenDocument, ...]


@dataclass(frozen=True, slots=True)
class ChannelDocument:
    id: ChannelId
    name: str | None


@dataclass(frozen=True, slots=True)
class OutlineDocument:
    """An incident of which whoever asks may know, and no more."""

    ref: str
    title: str
    status: Status
    priority: Priority
    drill: bool
    next_update_due_at: datetime | None
    outline: bool = True


@dataclass(frozen=True, slots=True)
class ListedIncident:
    """An incident as lists show it."""

    ref: str
    title: str
    status: Status
    priority: Priority
    drill: bool
    next_update_due_at: datetime | None
    service: str | None
    category: str | None
    private: bool
    declared_by: SlackUserId | None
    integration: str | None
    """The name of the integration that declared it."""
    declared_at: datetime
    commander: SlackUserId | None
    asked: SlackUserId | None
    channel: ChannelDocument | None
    last_update_at: datetime | None
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    over_at: datetime | None
    outline: bool = False


@dataclass(frozen=True, slots=True)
class IncidentsDocument:
    incidents: tuple[ListedIncident | OutlineDocument, ...]
    next: str | None
    """What to give as `after` for the following page; null on the last."""


@dataclass(frozen=True, slots=True)
class UpdateDocument:
    """A status update. What is empty was not said."""

    seq: int | None
    """Of its entry in the timeline; null where that is not asked for."""
    at: datetime
    by: SlackUserId | None
    integration: str | None
    conditions: str
    actions: str
    needs: str
    next_update_due_at: datetime | None
    """Of stakeholders; null where it is not for them."""
    audiences: tuple[str, ...]
    """Whom it is for; `stakeholders` are those who follow."""


@dataclass(frozen=True, slots=True)
class LinkedRunbookDocument:
    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class RoleDocument:
    role: Role
    person: SlackUserId


@dataclass(frozen=True, slots=True)
class PublishedDocument:
    """Where a place of the policy has the published review."""

    place: str
    url: str
    held: KeptAs | None
    """Why it was left as it stands, while somebody is asked what is to become of it."""


@dataclass(frozen=True, slots=True)
class IncidentDocument:
    """An incident as it stands."""

    ref: str
    title: str
    status: Status
    priority: Priority
    drill: bool
    next_update_due_at: datetime | None
    private: bool
    impact: Level
    urgency: Level
    severity: Severity | None
    service: str | None
    category: str | None
    source: str | None
    user_impact: str | None
    declared_by: SlackUserId | None
    integration: str | None
    reported_by: SlackUserId | None
    commander: SlackUserId | None
    asked: SlackUserId | None
    roles: tuple[RoleDocument, ...]
    channel: ChannelDocument | None
    began_at: datetime | None
    detected_at: datetime | None
    declared_at: datetime
    acknowledged_at: datetime | None
    mitigated_at: datetime | None
    resolved_at: datetime | None
    verified_at: datetime | None
    closed_at: datetime | None
    over_at: datetime | None
    last_update: UpdateDocument | None
    runbooks: tuple[LinkedRunbookDocument, ...]
    problem: str | None
    merged_into: str | None
    review: ReviewState
    documents: tuple[PublishedDocument, ...]
    seq: int
    """Of the last entry of its timeline."""
    people: Names
    outline: bool = False


@dataclass(frozen=True, slots=True)
class EntryDocument:
    """An entry of a timeline, in words."""

    seq: int
    at: datetime
    recorded_at: datetime
    kind: str
    by: SlackUserId | None
    integration: str | None
    text: str


@dataclass(frozen=True, slots=True)
class TimelineDocument:
    entries: tuple[EntryDocument, ...]
    next: str | None
    people: Names


@dataclass(frozen=True, slots=True)
class UpdatesDocument:
    updates: tuple[UpdateDocument, ...]
    people: Names


@dataclass(frozen=True, slots=True)
class MessageDocument:
    """A message in its last wording; nothing but author and time once it was deleted."""

    channel: ChannelId
    ts: MessageTs
    thread_ts: MessageTs | None
    at: datetime
    author: SlackUserId | None
    author_name: str | None
    """Of a bot."""
    text: str
    edited: bool
    deleted: bool
    files: tuple[str, ...]
    """Their names: the files stay in Slack."""


@dataclass(frozen=True, slots=True)
class TranscriptDocument:
    messages: tuple[MessageDocument, ...]
    next: str | None
    people: Names


@dataclass(frozen=True, slots=True)
class HeldRole:
    role: Role
    person: SlackUserId
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True)
class PeopleDocument:
    declared_by: SlackUserId | None
    integration: str | None
    commander: SlackUserId | None
    asked: SlackUserId | None
    roles: tuple[HeldRole, ...]
    """Everyone who holds or held one, in the order they took it."""
    in_channel: tuple[SlackUserId, ...]
    followers: tuple[SlackUserId, ...]
    people: Names


@dataclass(frozen=True, slots=True)
class FollowUpDocument:
    ref: str
    number: int
    text: str
    owner: SlackUserId | None
    due: date | None
    priority: Priority | None
    link: str | None
    state: FollowUpState
    agreed_at: datetime | None


@dataclass(frozen=True, slots=True)
class FollowUpsDocument:
    follow_ups: tuple[FollowUpDocument, ...]
    people: Names


@dataclass(frozen=True, slots=True)
class LessonDocument:
    """Something that a runbook could say from now on; `runbook` and `step`: what it is about, where that is known."""

    lesson: str
    kind: Kind
    text: str
    runbook: str | None
    step: int | None


@dataclass(frozen=True, slots=True)
class LessonsDocument:
    lessons: tuple[LessonDocument, ...]


@dataclass(frozen=True, slots=True)
class OnCallDocument:
    """Who is on call by one schedule; `primary` is null while nobody is."""

    schedule: str
    primary: SlackUserId | None
    secondary: SlackUserId | None
    until: datetime | None
    next: SlackUserId | None
    services: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnCallsDocument:
    on_call: tuple[OnCallDocument, ...]
    people: Names


@dataclass(frozen=True, slots=True)
class LinkDocument:
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    slug: str
    name: str
    tier: int | None
    schedule: str | None
    manager: SlackUserId | None
    resolver_group: str | None
    tags: tuple[str, ...]
    owner: str | None
    system: str | None
    links: tuple[LinkDocument, ...]
    depends_on: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServicesDocument:
    services: tuple[ServiceDocument, ...]


@dataclass(frozen=True, slots=True)
class StepDocument:
    number: int
    title: str
    body: str
    """What stands below the title, as plain text."""
    section: str
    """The heading it stands under."""
    html: str
    """All of it: what introduces it, its title and what stands below."""


@dataclass(frozen=True, slots=True)
class RunbookSectionDocument:
    """What stands under a heading of a runbook and is no step."""

    heading: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class RunbookDocument:
    slug: str
    title: str
    services: tuple[str, ...]
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    owner: str
    reviewed_at: date | None
    steps: tuple[StepDocument, ...]
    sections: tuple[RunbookSectionDocument, ...]


@dataclass(frozen=True, slots=True)
class RunbooksDocument:
    runbooks: tuple[RunbookDocument, ...]
    next: str | None


@dataclass(frozen=True, slots=True)
class PastDocument:
    """An incident of the past, and what helped then."""

    ref: str
    title: str
    fixed_by: str
    workaround: str
    problem: str | None


@dataclass(frozen=True, slots=True)
class TriggerDocument:
    trigger: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StageDocument:
    """`due_at` is null where what it counts from, as `basis` says, is not known yet."""

    stage: str
    title: str
    basis: str
    due_at: datetime | None
    submitted_at: datetime | None
    reference: str


@dataclass(frozen=True, slots=True)
class ClockDocument:
    """How a regulation stands; `ruled_out` says why there is nothing to be reported."""

    regulation: str
    name: str
    running: bool
    ruled_out: str | None
    triggers: tuple[TriggerDocument, ...]
    stages: tuple[StageDocument, ...]


@dataclass(frozen=True, slots=True)
class ClocksDocument:
    clocks: tuple[ClockDocument, ...]


@dataclass(frozen=True, slots=True)
class DraftPartDocument:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportDraftDocument:
    """`text`: of the policy's own template, instead of `parts`; what is empty is to be written."""

    title: str
    notice: str
    parts: tuple[DraftPartDocument, ...]
    text: str


@dataclass(frozen=True, slots=True)
class SimilarDocument:
    similar: tuple[PastDocument, ...]
    """The likeliest first."""


@dataclass(frozen=True, slots=True)
class ProposalDocument:
    """What is proposed, and what became of it. Nothing is done until somebody in Slack has it done."""

    proposal: str
    """Its handle."""
    number: int
    """As people type it in Slack."""
    verb: str
    ref: str | None
    state: ProposalState
    asks_to: str
    """What people are asked to have done."""
    would: tuple[str, ...]
    """What would be recorded, when it was proposed; nothing where the same had been proposed before."""
    asked_in: str
    """Where people are asked."""
    ends_at: datetime
    """Until when somebody may answer."""
    answered_by: SlackUserId | None
    became: str | None
    """The incident that it was done in."""


@dataclass(frozen=True, slots=True)
class DoneDocument:
    """What a request brought about: the incident right after it, and the entries it added. The same request sent again
    gets the same answer."""

    incident: IncidentDocument | OutlineDocument
    recorded: tuple[EntryDocument, ...]


@dataclass(frozen=True, slots=True)
class OpenedRunbookDocument:
    runbook: RunbookDocument
    incident: IncidentDocument


@dataclass(frozen=True, slots=True)
class AlertDocument:
    """An alert of monitoring. Of a private one that no incident has taken in, nobody is told what its sender wrote."""

    number: int
    title: str
    state: AlertState
    source: str
    """As in addresses and the policy, such as `alertmanager`."""
    severity: str
    service: str | None
    labels: Mapping[str, str]
    """Those that all its signals have."""
    link: str | None
    runbook_url: str | None
    private: bool
    times: int
    """How often it was said to fire."""
    signals: int
    firing: int
    """How many of the signals fire."""
    began_at: datetime | None
    opened_at: datetime
    last_at: datetime
    quiet_since: datetime | None
    ignored_until: datetime | None
    by: SlackUserId | None
    """Who decided on it."""
    incident: str | None
    may_join: str | None
    """The open incident of its service."""


@dataclass(frozen=True, slots=True)
class AlertsDocument:
    alerts: tuple[AlertDocument, ...]
    next: str | None
    people: Names


@dataclass(frozen=True, slots=True)
class TriedPagerDocument:
    """How far a test of one of one's own pagers has come."""

    pager: str
    asked_at: datetime
    taken_at: datetime | None
    acknowledged_at: datetime | None
    error: str | None
    """Why it could not be called, or not so far."""
    over: bool

    @classmethod
    def of(cls, one: Tried) -> "TriedPagerDocument":
        return cls(one.pager, one.asked_at, one.taken_at, one.seen_at, one.error or None, one.is_over)


@dataclass(frozen=True, slots=True)
class TriedPagersDocument:
    tests: tuple[TriedPagerDocument, ...]


@dataclass(frozen=True, slots=True)
class SectionDocument:
    """A section of a review as somebody wrote it."""

    section: Section
    revision: int
    text: str
    by: SlackUserId
    at: datetime


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """The sections whose text is new."""

    sections: tuple[SectionDocument, ...]


@dataclass(frozen=True, slots=True)
class MetricsDocument:
    """How incidents were handled; docs/metrics.md says what each figure means. Spans are seconds."""

    since: datetime
    until: datetime
    period: timedelta
    whole: Figures
    before: Figures
    by_priority: Mapping[str, Figures]
    by_service: Mapping[str, Figures]
    by_month: Mapping[str, Figures]
    drills: int
    not_handled: int
    suggestions: Mapping[str, Share]
    """What similar incidents suggested at declarations, and how often it was right."""
    audiences: Mapping[str, Share]
    """Of those that have a clock of their own: updates on time, of those that were due to them."""


@dataclass(frozen=True, slots=True)
class ComparedDocument:
    """A time with a runbook, and where it was offered and not used. `saved`: by how much the median is shorter with
    it; null of too few to compare."""

    used: Spread | None
    unused: Spread | None
    saved: timedelta | None


@dataclass(frozen=True, slots=True)
class RunbookFiguresDocument:
    slug: str
    title: str | None
    """Null once its file is gone."""
    offered: int
    used: int
    finished: int
    helped: int
    did_not_help: int
    mitigate: ComparedDocument
    resolve: ComparedDocument


@dataclass(frozen=True, slots=True)
class RunbookMetricsDocument:
    """How well runbooks did, those used most often first; docs/metrics.md says what each figure means. Spans are
    seconds."""

    since: datetime
    until: datetime
    period: timedelta
    runbooks: tuple[RunbookFiguresDocument, ...]


@dataclass(frozen=True, slots=True)
class UsedBudgetDocument:
    """What an incident used of a budget, as if it had been alone."""

    ref: str
    used: timedelta
    now: bool
    """Whether it uses it still."""


@dataclass(frozen=True, slots=True)
class BudgetDocument:
    """The error budget of a service; docs/error-budgets.md says what each figure means. Spans are seconds."""

    service: str
    objective: str
    target: float
    window: str
    """In words."""
    since: datetime
    renewed_at: datetime | None
    """Null for a rolling window."""
    allowed: timedelta
    used: timedelta
    left: timedelta
    """Below zero where more was used than there is."""
    burn_rate: float | None
    """Of the last quarter of the window: 1 uses exactly what there is. Null: nothing was used then."""
    used_up_at: datetime | None
    """When nothing is left if it goes on like this; null where that is not within the window, or is so already."""
    incidents: tuple[UsedBudgetDocument, ...]


@dataclass(frozen=True, slots=True)
class BudgetsDocument:
    """Those with the least left first, by the incidents that may be read."""

    at: datetime
    budgets: tuple[BudgetDocument, ...]


@dataclass(frozen=True, slots=True)
class ProblemDocument:
    """What went wrong (RFC 9457)."""

    type: str
    title: str
    status: int
    code: str
    """For programs: it stays the same."""
    detail: str
    """For people: the words that every door says."""
