"""An incident as its timeline tells it: the state. `bot.domain.folding` says how each event changes it."""

import dataclasses
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from bot.domain import timeline as t
from bot.domain.actor import MUSTER, Actor, Integration, Person
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId, ref
from bot.domain.log import Log
from bot.domain.reason import Reasons, RunbookFits, RunbookHelped
from bot.domain.run import Run
from bot.domain.transcript import MessageAt
from bot.domain.vocabulary import (
    ChannelLoss,
    DeadlineKind,
    DeadlineStep,
    FollowUpState,
    KeptAs,
    Level,
    Mark,
    Offer,
    Place,
    Priority,
    ReviewState,
    Role,
    Severity,
    Status,
    Wanted,
)
from bot.domain.vocabulary import ReasonCode as Code
from bot.domain.worked import Worked

KINDS = tuple(DeadlineKind)
NAGGING = (DeadlineKind.ACKNOWLEDGE, DeadlineKind.UPDATE, DeadlineKind.AUDIENCE)
"""What people are reminded of until it is done, and what a snooze holds."""


def _was_chosen_as_fitting(runbook: t.LinkedRunbook) -> bool:
    """Of one that was linked before reasons were kept, it is not known."""
    fits = (isinstance(one, RunbookHelped | RunbookFits) and one.code is not Code.FOUND_BY for one in runbook.reasons)
    return bool(runbook.reasons) and all(fits)


@dataclass(frozen=True, slots=True)
class Deadline:
    """A time the bot promised to act by. `set_by` is the seq of the event that set it."""

    kind: DeadlineKind
    step: DeadlineStep
    set_by: int
    due_at: datetime
    """When this step fires."""
    promised_at: datetime
    """When the thing itself is due: later than `due_at` for a reminder."""
    done_at: datetime | None = None
    cancelled_at: datetime | None = None
    audience: str = ""
    """Who is to hear, of those that have a clock of their own."""

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.cancelled_at is None

    @property
    def key(self) -> tuple[DeadlineKind, DeadlineStep, int, str]:
        """What tells it from every other deadline of its incident."""
        return self.kind, self.step, self.set_by, self.audience


@dataclass(frozen=True, slots=True)
class Ladder:
    """How far the escalation of a promise that stays unmet has gone."""

    promised_at: datetime
    taken: int = 0
    told: tuple[SlackUserId, ...] = ()
    is_unattended: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """What a tracker keeps of a follow-up or of the incident; the fields are those of `IssueFiled`."""

    tracker: str
    id: str
    key: str
    url: str
    holds: tuple[str, ...] = ()
    is_open: bool = True
    """As it was seen last; of the incident's own alone."""


@dataclass(frozen=True, slots=True)
class Held:
    """What is asked about a document that people changed; the fields are those of `DocumentKept`. `seq`: its own."""

    seq: int
    why: KeptAs
    version: str
    who: str = ""
    comments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """Where a place has the published review; the fields are those of `DocumentWritten`."""

    place: str
    id: str
    url: str
    version: str
    """As Muster wrote it last; empty where that is not known."""
    comments: tuple[str, ...] = ()
    held: Held | None = None
    """None while nothing is asked."""


@dataclass(frozen=True, slots=True)
class AudienceClock:
    """How an audience that has a clock of its own stands: what it is owed, and how often that was kept."""

    audience: str
    since: datetime
    """When it was told last, or its clock began."""
    due_at: datetime | None = None
    """When it is to hear next; None: it is owed nothing."""
    grace: timedelta = timedelta()
    last: t.UpdatePosted | None = None
    """What it was told last in Slack."""
    ladder: Ladder | None = None
    """While it waits in vain."""
    held: timedelta = timedelta()
    """For how long past `due_at` nobody is reminded of it."""
    snoozed_until: datetime | None = None
    missed_at: datetime | None = None
    """When it was to hear, the last time that it did not."""
    updates_due: int = 0
    updates_on_time: int = 0

    @property
    def is_overdue(self) -> bool:
        """A fact of the timeline, not of a clock."""
        return self.due_at is not None and self.missed_at == self.due_at


@dataclass(frozen=True, slots=True)
class Quarter:
    """A quarter of an hour, and who did something about an incident in it."""

    number: int
    """Counted since 1970."""
    people: frozenset[SlackUserId]


@dataclass(frozen=True, slots=True)
class Submission:
    """A stage that was submitted, as was said last."""

    stage: str
    at: datetime
    by: SlackUserId | None
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Reporting:
    """How a regulation stands: whether it applies, since when, what is due and what was submitted."""

    regulation: str
    name: str
    triggers: tuple[tuple[str, datetime], ...] = ()
    stages: tuple[t.StageDue, ...] = ()
    submissions: tuple[Submission, ...] = ()
    is_answered: bool = False
    """Whether somebody said that it applies, or that it does not."""
    ruled_out: str | None = None
    """Why there is nothing to be reported; None: nobody said so, or not any more."""
    asked_at: datetime | None = None
    """When somebody was first asked whether it applies."""
    ladders: tuple[tuple[str, Ladder], ...] = ()
    """By stage, of what is overdue; of the question, by an empty name."""

    @property
    def is_running(self) -> bool:
        """Whether something is still to be submitted."""
        return bool(self.triggers) and self.ruled_out is None and any(map(self.is_open, self.stages))

    @property
    def known(self) -> dict[str, datetime]:
        """When each trigger was, and each stage submitted."""
        return {**dict(self.triggers), **{one.stage: one.at for one in self.submissions}}

    def submission(self, stage: str) -> Submission | None:
        return next((one for one in self.submissions if one.stage == stage), None)

    def is_open(self, stage: t.StageDue) -> bool:
        return self.submission(stage.stage) is None

    def is_overdue(self, stage: t.StageDue) -> bool:
        """A fact of the timeline, not of a clock."""
        return self.is_open(stage) and stage.stage in dict(self.ladders)

    @property
    def next_due(self) -> t.StageDue | None:
        """What is to be submitted first; None while nothing is, or it is not known by when."""
        found = [(one.due_at, one) for one in self.stages if self.is_open(one) and one.due_at is not None]
        return min(found, key=lambda pair: pair[0])[1] if self.is_running and found else None


@dataclass(frozen=True, slots=True)
class FollowUp:
    """Something agreed to be done. `seq` is that of the event that agreed on it, `number` counts from 1."""

    seq: int
    number: int
    text: str
    owner: SlackUserId | None
    due: date | None
    priority: Priority | None = None
    link: str | None = None
    state: FollowUpState = FollowUpState.OPEN
    agreed_at: datetime | None = None
    issue: Issue | None = None
    owner_name: str = ""
    """Who has it by the tracker, where nobody in Slack is known to be that."""
    ended_at: datetime | None = None
    touched: int = 0
    """The `seq` of the last event in which people said something of it."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to be done while the incident lasts. `seq` is that of the event that opened it, `number` counts from
    1."""

    seq: int
    number: int
    text: str
    owner: SlackUserId | None
    opened_at: datetime
    from_message: MessageAt | None = None
    done_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProposedRunbook:
    """What was proposed to be a runbook, or a change to one. `seq` is that of the event, whose fields these are."""

    seq: int
    slug: str
    title: str
    lesson: str
    text: str
    to: str | None
    url: str | None = None
    """Of its pull request; None while there is none."""


@dataclass(frozen=True, slots=True)
class FirstTold:
    """When customers were told of it first, and by which event."""

    seq: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CustomerDraft:
    """What customers are to be told. `version` is the `seq` of the event that wrote it."""

    version: int
    update: t.CustomerUpdate
    by: SlackUserId | None
    is_in_review: bool = False
    approved_by: SlackUserId | None = None

    @property
    def is_approved(self) -> bool:
        return self.approved_by is not None


@dataclass(frozen=True, slots=True)
class MadeDecision:
    """Something that was decided."""

    seq: int
    text: str
    by: SlackUserId | None
    at: datetime
    from_message: MessageAt | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A note in its last wording. `seq` is that of the event that added it, `number` counts from 1."""

    seq: int
    number: int
    at: datetime
    by: SlackUserId | None
    text: str
    is_amended: bool = False
    is_retracted: bool = False
    integration: Integration | None = None

    @property
    def actor(self) -> Actor:
        return Person(self.by) if self.by is not None else self.integration or MUSTER


@dataclass(frozen=True, slots=True)
class RoleHeld:
    role: Role
    person: SlackUserId
    since: datetime
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page that is still wanted. `seq` is that of the event that asked for it."""

    seq: int
    person: SlackUserId
    pager: str
    kind: DeadlineKind | None
    """Whose ladder it belongs to; None: somebody asked for it."""
    is_for_outage: bool = False
    """Slack cannot be reached: they are called to go on without it."""
    asked_at: datetime | None = None
    taken_at: datetime | None = None
    """When the pager took it."""
    seen_at: datetime | None = None
    """When it was acknowledged where it rings."""
    is_late: bool = False
    """It could not be sent so far."""

    @property
    def key(self) -> tuple[int, SlackUserId, str]:
        return self.seq, self.person, self.pager


@dataclass(frozen=True, slots=True)
class Ask:
    """What one person was asked by direct message. `seq` is that of the event that asked."""

    seq: int
    person: SlackUserId
    wanted: Wanted
    by: SlackUserId | None = None
    """Who asks for approval; None where nobody did, as the review is ready for it."""


@dataclass(frozen=True, slots=True)
class CardAt:
    channel: ChannelId
    ts: MessageTs


@dataclass(frozen=True)
class Incident:
    """Without slots, so that `replace` can copy all fields at once: folding makes several new states per event."""

    number: IncidentNumber
    title: str
    status: Status
    priority: Priority
    is_priority_given: bool
    why: str
    impact: Level
    urgency: Level
    service: str | None
    service_name: str | None
    category: str | None
    severity: Severity | None
    source: str | None
    user_impact: str | None
    reported_by: SlackUserId | None
    is_private: bool
    is_drill: bool
    declared_by: SlackUserId | None
    """None: an integration declared it."""
    declared_at: datetime
    broadcast: str | None
    bridge_url: str | None
    asked: SlackUserId | None
    """Who was asked to command and has not answered; None when nobody is being asked."""
    asked_because: str = ""
    why_reasons: Reasons = ()
    """What `why` says, and `asked_reasons` what `asked_because` does; empty in what older versions wrote."""
    asked_reasons: Reasons = ()
    declined: tuple[SlackUserId, ...] = ()
    """Who was asked to command and cannot; nobody asks them again by itself."""
    asks: tuple[Ask, ...] = ()
    """What people were asked by direct message, until it is settled."""
    pages: tuple[OpenPage, ...] = ()
    """Who is called by a pager, until it is stopped."""
    slack_lost: t.SlackLost | None = None
    """That Slack cannot be reached, once somebody was called for that; None while it can."""
    commander: SlackUserId | None = None
    roles: tuple[RoleHeld, ...] = ()
    """Everyone who holds or held a role, in the order they took it."""
    channel: ChannelId | None = None
    channel_name: str | None = None
    channel_opened_at: datetime | None = None
    cards: tuple[tuple[Place, CardAt], ...] = ()
    cards_lost: int = 0
    """How often a card had to be posted anew because its message was deleted."""
    not_added: tuple[t.NotAdded, ...] = ()
    invited: tuple[SlackUserId, ...] = ()
    departed: frozenset[SlackUserId] = frozenset()
    """Those whose part ended when they left, until they are brought in again."""
    waiting_to_join: tuple[SlackUserId, ...] = ()
    """Those who asked to be let in and were not invited yet."""
    last_update: t.UpdatePosted | None = None
    last_step: t.IncidentMitigated | t.IncidentResolved | t.IncidentCancelled | None = None
    """How the impact was stopped, what fixed it, or why there was no incident, in somebody's words; None before that,
    and again once it is reopened."""
    targets: tuple[t.Owed, ...] = ()
    """The service levels that hold: when the impact is to have stopped, and when the fault is to be gone."""
    update_due_at: datetime | None = None
    """When stakeholders were last promised to hear next; None once nobody is owed an update."""
    update_grace: timedelta = timedelta()
    """How long after that the update is not late yet."""
    acknowledge_due_at: datetime | None = None
    """When command was to be accepted by; None once it was."""
    began_at: datetime | None = None
    detected_at: datetime | None = None
    acknowledged_at: datetime | None = None
    mitigated_at: datetime | None = None
    resolved_at: datetime | None = None
    verified_at: datetime | None = None
    closed_at: datetime | None = None
    over_at: datetime | None = None
    reopened_at: datetime | None = None
    times_reopened: int = 0
    calm: tuple[tuple[datetime, datetime], ...] = ()
    """Each time that the impact had stopped before it was reopened: when it stopped, and when it was reopened."""
    has_exhausted_budget: bool = False
    """Whether it was said that it used up the error budget of its service."""
    degraded: float | None = None
    """What part of the service somebody said is degraded, in percent; None: the policy says, by priority."""
    was_escalated: bool = False
    """Whether anybody had to be told because something was overdue, or by hand."""
    acknowledge_was_due_at: datetime | None = None
    """The last time by which command should have been accepted, before somebody first accepted it."""
    first_update_at: datetime | None = None
    is_first_update_on_time: bool = False
    first_update_was_due_at: datetime | None = None
    """When the first update was due, according to the last promise before it."""
    updates_due: int = 0
    """Promised updates whose time came, or that were posted; a late one counts once."""
    updates_on_time: int = 0
    inferred: frozenset[str] = frozenset()
    """Names of the instants that nobody stated but that follow from others."""
    schedule: str | None = None
    on_call: SlackUserId | None = None
    """Who was on call by which schedule at its declaration, or came on call since; None: nobody, or it is not known."""
    is_listed: bool = False
    """Private, but no secret any more."""
    followers: tuple[SlackUserId, ...] = ()
    news: tuple[int, ...] = ()
    """The `seq` of each event that followers are still to be told of."""
    followers_told_next_at: datetime | None = None
    """Followers get nothing new before then."""
    merged_into: IncidentNumber | None = None
    reported_again_at: Log[datetime] = field(default_factory=Log)
    is_major_suggested: bool = False
    alerts: tuple[t.AlertAttached, ...] = ()
    """What monitoring said of it, in the order in which it was attached."""
    alerts_quiet: t.AlertsQuiet | None = None
    """That all of it is quiet; None while something fires, or nothing ever did."""
    runbooks: tuple[t.LinkedRunbook, ...] = ()
    steps: Log[t.StepReported] = field(default_factory=Log)
    last_runbook: str | None = None
    worked: tuple[Worked, ...] = ()
    """The runbooks that are or were worked through, each as it was the last time."""
    runs: tuple[Run, ...] = ()
    """Of actions, in the order in which they were proposed."""
    judgements: tuple[t.RunbookJudged, ...] = ()
    """Of each runbook that somebody judged, what was said last."""
    runbook_proposals: tuple[ProposedRunbook, ...] = ()
    """In the order in which they were made; the same one is not made twice."""
    offered: Offer | None = None
    """What was offered of it; it is offered once."""
    wordings: Log[Note] = field(default_factory=Log)
    """Every wording of every note, in the order they were given."""
    notes_added: int = 0
    marks: Log[t.MessageMarked | t.MarkRemoved] = field(default_factory=Log)
    """Marks as they were set and removed."""
    agreements: Log[FollowUp] = field(default_factory=Log)
    """Every follow-up as it was agreed and changed."""
    follow_ups_agreed: int = 0
    issue: Issue | None = None
    """The incident's own, in a tracker."""
    action_states: Log[Action] = field(default_factory=Log)
    """Every action as it was opened and finished."""
    actions_opened: int = 0
    decisions: Log[MadeDecision] = field(default_factory=Log)
    nudges: tuple[tuple[DeadlineKind, int], ...] = ()
    """How often somebody was asked about what is owed now."""
    is_archived: bool = False
    """Whether Muster has archived its channel."""
    channel_lost: ChannelLoss | None = None
    """Why Muster cannot write in its channel for now; None while it can, and once it has archived it itself."""
    channel_lost_at: datetime | None = None
    """Since when."""
    is_moving: bool = False
    """Whether another channel is being opened in place of the one that was lost."""
    earlier_channels: tuple[ChannelId, ...] = ()
    """Archived before it was reopened, or replaced, in their order."""
    review_started_at: datetime | None = None
    review_started_by: SlackUserId | None = None
    review_due_at: datetime | None = None
    review_approved_at: datetime | None = None
    review_published_at: datetime | None = None
    review_waived_at: datetime | None = None
    review_meeting_at: datetime | None = None
    documents: tuple[Document, ...] = ()
    """One per place, in the order in which they were written."""
    customer_draft: CustomerDraft | None = None
    """What customers are to be told next; None while nothing is written."""
    customers_told: t.CustomerUpdate | None = None
    """What the status page says last of it."""
    customers_told_at: datetime | None = None
    """When that was published."""
    customers_first_told: FirstTold | None = None
    quarters: Log[tuple[int, int]] = field(default_factory=Log)
    """Until it was resolved: each quarter of an hour that is over, and how many people did something in it."""
    at_work: Quarter | None = None
    """The last quarter in which somebody did something."""
    audiences: tuple[AudienceClock, ...] = ()
    """Those that ever had a clock of their own, in the order they got it."""
    reporting: tuple[Reporting, ...] = ()
    """The regulations that anybody was asked about, or said something of, in this order."""
    problem: int | None = None
    """The number of the problem it is linked to."""
    waiting: tuple[Deadline, ...] = ()
    """The deadlines that are open."""
    settled: Log[Deadline] = field(default_factory=Log)
    """Deadlines as they were done or cancelled; one whose time was set anew may stand in `waiting` again."""
    missed: tuple[tuple[DeadlineKind, datetime], ...] = ()
    """Of each kind of promise the one that was broken last, by when it was due."""
    ladders: tuple[tuple[DeadlineKind, Ladder], ...] = ()
    """Of the promises that are open or were broken last."""
    snoozed: t.RemindersSnoozed | None = None
    """The snooze that holds the reminders of what is owed now; it ends by itself, or with the next promise."""
    hold: t.LegalHoldSet | None = None
    """None: nobody has put its record on legal hold."""
    held: tuple[tuple[DeadlineKind, timedelta], ...] = ()
    """For how long past its due time nobody was reminded of each promise."""
    declared_by_integration: Integration | None = None
    declared_from: MessageAt | None = None
    """The message it was declared from."""
    last_seq: int = 0
    is_readable: bool = True
    """False once the timeline holds an event that this version does not know: then the incident is only read."""
    unknown: tuple[str, ...] = ()

    @property
    def ref(self) -> str:
        return ref(self.number)

    @property
    def declarer(self) -> Actor:
        return Person(self.declared_by) if self.declared_by is not None else self.declared_by_integration or MUSTER

    @property
    def contact(self) -> SlackUserId | None:
        """Who sees to it while nobody commands: whoever declared it, else is asked, else is on call."""
        return self.declared_by or self.asked or self.on_call

    @property
    def impact_since(self) -> datetime:
        """When users were first affected, as far as is known."""
        return self.began_at or self.detected_at or self.declared_at

    @property
    def impact_stopped_at(self) -> datetime | None:
        """When users were affected no more, which is at the resolution where nobody said so; None while they are."""
        return self.resolved_at if "mitigated_at" in self.inferred else self.mitigated_at

    @property
    def is_out_of_reach(self) -> bool:
        """Whether nothing can be written in its channel."""
        return self.is_archived or self.channel_lost is not None

    @property
    def reader(self) -> SlackUserId | None:
        """Who gets what the channel would have been told, while nothing can be written there."""
        return self.commander or self.contact

    def in_charge_of(self, follow_up: int | None) -> SlackUserId | None:
        """Who can see to what is owed: the owner of a follow-up, by its `seq`, where they may hear of it; else the
        commander, whoever declared it, or whoever is on call."""
        agreed = self.follow_up(follow_up)
        owner = agreed.owner if agreed else None
        return owner if owner is not None and self.may_hear(owner) else self.commander or self.contact

    @property
    def is_hidden(self) -> bool:
        """Whether only its members may know of it."""
        return self.is_private and not self.is_listed

    @property
    def is_outline(self) -> bool:
        """A row in a list may tell less than all of it; this is all of it."""
        return False

    def linked(self, slug: str) -> t.LinkedRunbook | None:
        """The runbook as it was linked; None for one that is not."""
        return next((one for one in self.runbooks if one.slug == slug), None)

    @property
    def fitting(self) -> tuple[t.LinkedRunbook, ...]:
        """The runbooks that were chosen only because they fit: nobody named, looked for or judged them."""
        return tuple(one for one in self.runbooks if _was_chosen_as_fitting(one) and self.judgement(one.slug) is None)

    def working(self, slug: str) -> Worked | None:
        """The runbook as it is worked through; None for one that never was."""
        return next((one for one in self.worked if one.slug == slug), None)

    def run(self, number: int) -> Run | None:
        """A run of an action by its number."""
        return next((one for one in self.runs if one.planned.number == number), None)

    def judgement(self, slug: str) -> t.RunbookJudged | None:
        """Whether a runbook helped, as was said last; None while nobody did."""
        return next((one for one in self.judgements if one.runbook.slug == slug), None)

    def proposal(self, slug: str, lesson: str) -> ProposedRunbook | None:
        """What was proposed last for a runbook by a lesson; None where nothing was."""
        found = [one for one in self.runbook_proposals if (one.slug, one.lesson) == (slug, lesson)]
        return found[-1] if found else None

    def card(self, place: Place) -> CardAt | None:
        return dict(self.cards).get(place)

    def holder(self, role: Role) -> SlackUserId | None:
        """Who holds the role now; the latest where several do."""
        held = [one.person for one in self.roles if one.role is role and one.until is None]
        return held[-1] if held else None

    def holders(self, role: Role) -> tuple[SlackUserId, ...]:
        return tuple(one.person for one in self.roles if one.role is role and one.until is None)

    @property
    def customers_next_at(self) -> datetime | None:
        """When the status page says that its next entry comes at the latest."""
        told, at = self.customers_told, self.customers_told_at
        return at + told.next_in if told and told.next_in and at else None

    def clock_of(self, audience: str) -> AudienceClock | None:
        return next((one for one in self.audiences if one.audience == audience), None)

    def reporting_under(self, regulation: str) -> Reporting | None:
        return next((one for one in self.reporting if one.regulation == regulation), None)

    def ladder(self, kind: DeadlineKind, audience: str = "") -> Ladder | None:
        """How far the escalation of what is owed now has gone; None while nothing is overdue."""
        if kind is DeadlineKind.AUDIENCE:
            clock = self.clock_of(audience)
            return clock.ladder if clock else None
        return dict(self.ladders).get(kind)

    def has_part(self, person: SlackUserId) -> bool:
        """Whether they are asked to command, or hold a role."""
        return self.asked == person or any(held.person == person and held.until is None for held in self.roles)

    def brought_in(self, person: SlackUserId) -> bool:
        """Whether the bot has added them to the channel, or meant to, and they have not left it since."""
        known = {self.declared_by, self.asked, self.commander, *self.invited}
        is_known = person in known or any(held.person == person for held in self.roles)
        return is_known and person not in self.departed

    def may_be_called(self, person: SlackUserId) -> bool:
        """Whether a policy may bring somebody in by itself: not back into a private incident that they have left."""
        return not (self.is_private and person in self.departed)

    def may_hear(self, person: SlackUserId) -> bool:
        """Whether the person may be told about it: news of a private incident stays with those who were let in."""
        return not self.is_private or self.brought_in(person)

    def held_for(self, kind: DeadlineKind, audience: str = "") -> timedelta:
        """For how long a snooze has put off escalating what is owed now."""
        if kind is DeadlineKind.AUDIENCE:
            clock = self.clock_of(audience)
            return clock.held if clock else timedelta()
        return dict(self.held).get(kind, timedelta())

    def owed_at(self, kind: DeadlineKind) -> datetime | None:
        """When acceptance or the next update is due; None while none is owed."""
        return {DeadlineKind.ACKNOWLEDGE: self.acknowledge_due_at, DeadlineKind.UPDATE: self.update_due_at}.get(kind)

    @property
    def clocks_since(self) -> datetime:
        """When the service levels start to count: at the declaration, or when it was last reopened."""
        return self.reopened_at or self.declared_at

    @property
    def channels(self) -> tuple[ChannelId, ...]:
        """Every channel it had, in their order."""
        return (*self.earlier_channels, *((self.channel,) if self.channel else ()))

    @property
    def review_state(self) -> ReviewState:
        told = (
            (ReviewState.WAIVED, self.review_waived_at),
            (ReviewState.PUBLISHED, self.review_published_at),
            (ReviewState.APPROVED, self.review_approved_at),
            (ReviewState.IN_REVIEW, self.review_started_at),
            (ReviewState.DRAFT, self.resolved_at),
        )
        return next((state for state, at in told if at is not None), ReviewState.NONE)

    def target(self, kind: DeadlineKind) -> datetime | None:
        """When a service level is due; None where the policy sets none."""
        return next((one.due_at for one in self.targets if one.kind is kind), None)

    def nudged(self, kind: DeadlineKind) -> int:
        """How often somebody was asked about what is owed now."""
        return dict(self.nudges).get(kind, 0)

    @property
    def notes(self) -> tuple[Note, ...]:
        """Each note in its last wording, in the order they were added."""
        return tuple({note.seq: note for note in self.wordings}.values())

    def note(self, seq: int) -> Note | None:
        """The last wording of the note that was added with that event."""
        return next((note for note in reversed(self.wordings) if note.seq == seq), None)

    @property
    def marked(self) -> tuple[t.MessageMarked, ...]:
        """The messages that count for the review, in the order they were marked."""
        standing: dict[tuple[Mark, ChannelId, MessageTs], t.MessageMarked] = {}
        for event in self.marks:
            standing.pop((event.mark, event.channel, event.ts), None)
            if isinstance(event, t.MessageMarked):
                standing[event.mark, event.channel, event.ts] = event
        return tuple(standing.values())

    def is_marked(self, mark: Mark, channel: ChannelId, ts: MessageTs) -> bool:
        key = (mark, channel, ts)
        last = next((event for event in reversed(self.marks) if (event.mark, event.channel, event.ts) == key), None)
        return isinstance(last, t.MessageMarked)

    def may_hold_copies_of(self, message: MessageAt) -> bool:
        """Whether it was declared from the message, or a follow-up, an action or a decision was made of it."""
        made = [one.from_message for one in self.action_states]
        made += [one.from_message for one in self.decisions]
        return (
            self.declared_from == message
            or message in made
            or any(
                event.mark is Mark.FOLLOW_UP and MessageAt(event.channel, event.ts) == message for event in self.marks
            )
        )

    @property
    def follow_ups(self) -> tuple[FollowUp, ...]:
        """Each follow-up as it stands, in the order they were agreed."""
        return tuple({agreed.seq: agreed for agreed in self.agreements}.values())

    @property
    def actions(self) -> tuple[Action, ...]:
        """Each action as it stands, in the order they were opened."""
        return tuple({one.seq: one for one in self.action_states}.values())

    def open_actions(self) -> tuple[Action, ...]:
        return tuple(one for one in self.actions if one.done_at is None)

    def follow_up(self, seq: int | None) -> FollowUp | None:
        """The follow-up that was agreed with that event."""
        return next((agreed for agreed in reversed(self.agreements) if agreed.seq == seq), None)

    def document(self, place: str) -> Document | None:
        return next((one for one in self.documents if one.place == place), None)

    def open_follow_ups(self) -> tuple[FollowUp, ...]:
        return tuple(agreed for agreed in self.follow_ups if agreed.state is FollowUpState.OPEN)

    def open_deadlines(self) -> tuple[Deadline, ...]:
        return self.waiting

    @property
    def deadlines(self) -> tuple[Deadline, ...]:
        """Every deadline there ever was, as it stands, in the order they were set."""
        standing = {deadline.key: deadline for deadline in (*self.settled, *self.waiting)}
        return tuple(sorted(standing.values(), key=_as_set))

    def missed_at(self, kind: DeadlineKind) -> datetime | None:
        """When the promise of that kind was due that was broken last: a fact of the timeline, not of a clock."""
        return dict(self.missed).get(kind)


def _as_set(deadline: Deadline) -> tuple[int, int, str, bool]:
    """The order in which deadlines were set: by event, then by kind; a reminder before what it reminds of."""
    return deadline.set_by, KINDS.index(deadline.kind), deadline.audience, deadline.step is not DeadlineStep.REMIND


def longer_held(incident: Incident, kind: DeadlineKind, now: datetime, until: datetime) -> timedelta:
    """How much longer a snooze from now on puts off the escalation of a promise than an earlier snooze did."""
    return _longer(incident.owed_at(kind), incident.snoozed.until if incident.snoozed else now, now, until)


def clock_longer_held(clock: AudienceClock, now: datetime, until: datetime) -> timedelta:
    """The same of what an audience is owed."""
    return _longer(clock.due_at, clock.snoozed_until or now, now, until)


def _longer(due_at: datetime | None, earlier: datetime, now: datetime, until: datetime) -> timedelta:
    return max(until - max(now, earlier, due_at), timedelta()) if due_at else timedelta()


if TYPE_CHECKING:
    from dataclasses import replace as replace  # noqa: PLC0414 - others import it from here
else:

    def replace(incident: Incident, **changes: object) -> Incident:
        """What `dataclasses.replace` does, ten times as fast: it sets each of ninety fields, this copies them."""
        if not isinstance(incident, Incident):
            return dataclasses.replace(incident, **changes)
        changed = object.__new__(Incident)
        changed.__dict__.update(incident.__dict__, **changes)
        return changed
