"""Timeline events: the ordered facts of one incident, each in the past tense.

These classes are for ever: they evolve by optional fields only, and `tests/store/golden/` keeps the JSON of every
version. Every event says when it happened (`at`, aware UTC) and who did it (`actor`).
"""

import re
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from bot.domain.actor import MUSTER, Actor, Integration, Person
from bot.domain.grace import GRACE, is_late
from bot.domain.ids import ChannelId, IncidentNumber, MessageTs, SlackUserId
from bot.domain.reason import Reasons
from bot.domain.transcript import MessageAt
from bot.domain.vocabulary import (
    ChannelLoss,
    DataClass,
    DeadlineKind,
    DeadlineStep,
    FollowUpState,
    Health,
    KeptAs,
    Level,
    Mark,
    MessageChange,
    Offer,
    Overwriting,
    Place,
    Priority,
    Role,
    RunOutcome,
    Severity,
    Stage,
    Status,
    StepOutcome,
    Suggestible,
    TimeName,
)


@dataclass(frozen=True, slots=True)
class Promise:
    """When something is due, and when to remind of it (None: no reminder)."""

    due_at: datetime
    remind_at: datetime | None = None
    grace: timedelta = timedelta()
    """How long after that it still counts as on time, and nobody is told that it is missing."""


@dataclass(frozen=True, slots=True)
class AudiencePromise:
    """When an audience with a clock of its own is to hear next; None: it is owed nothing."""

    audience: str
    promised: Promise | None


@dataclass(frozen=True, slots=True)
class ToldAudience:
    """An audience that was told, by whom it is reached, and when it hears next."""

    audience: str
    due_at: datetime | None = None
    """When it was to hear, as promised before; None: it was owed nothing."""
    grace: timedelta = timedelta()
    """How long after that it was still on time."""
    promised: Promise | None = None
    """None: it is owed nothing more."""
    headings: tuple[str, ...] = ()
    """What it calls conditions, actions and needs, in this order; empty: just that."""
    people: tuple[SlackUserId, ...] = ()
    """Who is told by direct message."""
    channels: tuple[str, ...] = ()
    """Names or ids of the channels where it is told."""

    def is_on_time(self, at: datetime) -> bool:
        return not is_late(self.due_at, at, self.grace)


@dataclass(frozen=True, slots=True)
class Owed:
    """One more thing that is to be done by a time, besides acceptance and updates, and when to warn of it."""

    kind: DeadlineKind
    due_at: datetime
    remind_at: datetime | None = None
    audience: str = ""
    """Which, where several of a kind are owed at a time: the regulation of a question."""


NOTHING = re.compile(
    r"(?:none|nothing|nobody|no one|no|nil|n/?a|[-–—])"
    r"(?: (?:yet|now|so far|for now|right now|at the moment|needed))?[.!]*",
    re.IGNORECASE,
)


def _if_any(words: str) -> str:
    return "" if NOTHING.fullmatch(words.strip()) else words


@dataclass(frozen=True, slots=True)
class Update:
    """A status update: what the conditions are, what is being done, what is needed."""

    conditions: str
    actions: str = ""
    needs: str = ""

    @property
    def said(self) -> "Update":
        """Without what only says that there is nothing: `Needs: none`. It is kept as typed, and shown nowhere."""
        return replace(self, actions=_if_any(self.actions), needs=_if_any(self.needs))


@dataclass(frozen=True, slots=True)
class LinkedRunbook:
    """A runbook as it was when it was linked, and why it was chosen."""

    slug: str
    title: str
    why: str
    reasons: Reasons = ()
    """What `why` says."""
    steps: int | None = None
    """How many it had; None: it is not known."""


@dataclass(frozen=True, slots=True)
class SuggestedValue:
    """What similar incidents of the past suggested."""

    what: Suggestible
    value: str
    like: tuple[IncidentNumber, ...]
    """Those that have this value, the newest first."""
    of: int
    """How many of the similar ones have any."""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step of a runbook as it was when the runbook was started."""

    number: int
    title: str
    section: str = ""
    """The heading that it stands under."""
    action: str = ""
    """The action of the policy that it names, and what it gives it: `restart-checkout percent=10`."""


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter of an action and its value, which was checked."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """Exactly what is to be run, for which step of a runbook that is worked through."""

    number: int
    """Counts from 1 within the incident."""
    action: str
    engine: str
    """Its name in the policy."""
    slug: str
    step: int
    title: str
    """Of the step."""
    given: tuple[Given, ...] = ()
    is_dry: bool = False
    """Whether the engine is asked to change nothing."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A message in Slack that shows what is wrong."""

    permalink: str
    author: SlackUserId | None = None
    """None for a message that nobody in particular sent, such as an alert."""
    text: str = ""
    """Empty where those who read the incident may not read the message."""


@dataclass(frozen=True, slots=True)
class AffectedComponent:
    """How a part of the product is, as customers know it. `id` and `name`: as the policy had them then."""

    id: str
    name: str
    health: Health


@dataclass(frozen=True, slots=True)
class CustomerUpdate:
    """What customers are to read on the status page, in words of its own. `components`: all that are affected."""

    stage: Stage
    title: str
    text: str
    components: tuple[AffectedComponent, ...] = ()
    next_in: timedelta | None = None
    """How long after its publication the next one comes at the latest; None: nothing is said of that."""


@dataclass(frozen=True, slots=True)
class Proposer:
    """The program that proposed what somebody then had done, as it calls itself, and for whom."""

    program: str
    person: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineEvent:
    """One fact of one incident."""

    at: datetime
    by: SlackUserId | None = None
    """The person who did it; None: no person did."""
    integration: Integration | None = None
    """The program that did it; None as well where Muster itself did."""
    proposed: Proposer | None = None
    """Who proposed what the person did; None: they did it of themselves."""

    @property
    def actor(self) -> Actor:
        return Person(self.by) if self.by is not None else self.integration or MUSTER


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldPlainly(TimelineEvent):
    """Its sentence is all that the channel is told of it.

    This and the kinds below are defaults: an event that is one of them needs no place of its own where events are
    announced, answered or folded, or where it is decided who is told; any other is a type error there until it has one.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredPlainly(TimelineEvent):
    """Whoever brought it about reads that it is recorded, and nothing more; mostly nobody did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangesNothing(TimelineEvent):
    """The incident is the same after it as it was before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldToChannel(TimelineEvent):
    """The channel is told of it and nobody else, and what shows the incident is brought up to date."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldToNobody(ToldPlainly):
    """It stands in the timeline, and nobody is told of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDirectly(ToldPlainly):
    """Those whom it concerns are told by direct message, and the channel is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentDeclared(AnsweredPlainly):
    number: IncidentNumber
    title: str
    priority: Priority
    why: str
    """How the priority came about, in words."""
    is_priority_given: bool = False
    impact: Level = Level.MEDIUM
    urgency: Level = Level.MEDIUM
    service: str | None = None
    service_name: str | None = None
    category: str | None = None
    is_private: bool = False
    is_drill: bool = False
    severity: Severity | None = None
    source: str | None = None
    """How it was detected, as the policy lists it."""
    user_impact: str | None = None
    """What users notice, in the words of whoever declared it."""
    reported_by: SlackUserId | None = None
    """Who noticed it; None: whoever declared it."""
    evidence: Evidence | None = None
    """The message it was declared from."""
    asked: SlackUserId | None
    """None: nobody is on call, and no person declared it."""
    asked_because: str = ""
    acknowledge: Promise
    next_update: Promise
    runbooks: tuple[LinkedRunbook, ...] = ()
    broadcast: str | None = None
    """Name or id of the broadcast channel at declaration; None for a private incident."""
    bridge_url: str | None = None
    schedule: str | None = None
    on_call: SlackUserId | None = None
    """The schedule that applied and whose turn it was: a feed or a user group may tell of the past anew."""
    owed: tuple[Owed, ...] = ()
    why_reasons: Reasons = ()
    """What `why` says; so does `asked_reasons` of `asked_because`."""
    asked_reasons: Reasons = ()
    called: tuple[SlackUserId, ...] = ()
    """The service's resolver group, as far as the policy calls it: its members are invited."""
    audiences: tuple[AudiencePromise, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelOpened(ToldPlainly, AnsweredPlainly):
    channel: ChannelId
    name: str
    is_provisional: bool = False
    """It was opened while the database was away, before the incident had its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardPosted(ToldPlainly, AnsweredPlainly):
    place: Place
    channel: ChannelId
    ts: MessageTs


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLost(ToldPlainly, AnsweredPlainly):
    """The message that showed the card was deleted; the card is posted anew."""

    place: Place
    channel: ChannelId
    ts: MessageTs


@dataclass(frozen=True, slots=True)
class NotAdded:
    """A person Slack did not add to the channel, and Slack's error code for it."""

    user: SlackUserId
    error: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleNotAdded(AnsweredPlainly):
    people: tuple[NotAdded, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CommanderAsked(TimelineEvent):
    asked: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverOffered(TimelineEvent):
    asked: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandAccepted(TimelineEvent):
    """`by` commands from `at` on."""

    previous: SlackUserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandTakenOver(TimelineEvent):
    previous: SlackUserId | None = None
    because: str = ""
    reasons: Reasons = ()
    """What `because` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandDeclined(TimelineEvent):
    """Whoever was asked to command cannot."""

    why: str = ""
    """In their words; empty where they gave none."""
    asked: SlackUserId | None = None
    """Who is asked instead; None when the policy names nobody else, or somebody stays in command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommanderLost(AnsweredPlainly):
    """The commander is not there any more; command is to be accepted anew."""

    person: SlackUserId
    why: str
    asked: SlackUserId | None = None
    """Who is asked to command instead; None when the policy names nobody else."""
    acknowledge: Promise
    reasons: Reasons = ()
    """What `why` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceUndone(AnsweredPlainly):
    """Somebody was asked or given a role before Slack could be asked about them, and they cannot have it."""

    person: SlackUserId
    why: str
    reasons: Reasons = ()
    """What `why` says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OnCallChanged(ToldPlainly, AnsweredPlainly):
    """While the incident was open, the turn of its service's schedule passed to somebody else."""

    schedule: str
    was: SlackUserId | None
    person: SlackUserId
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssigned(ToldPlainly):
    role: Role
    person: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePosted(TimelineEvent):
    update: Update
    due_at: datetime | None = None
    """When this update was due, as promised before it; None when none was."""
    next_update: Promise | None = None
    """None once nobody is owed updates any more."""
    grace: timedelta = GRACE
    """How long after it was due it was still on time."""
    priority: Priority | None = None
    """As it was changed in the same act; so was `status`. Events of their own right before tell of it, too."""
    status: Status | None = None
    is_for_stakeholders: bool = True
    """Whether those who follow are told, and `due_at` and `next_update` are theirs."""
    audiences: tuple[ToldAudience, ...] = ()

    @property
    def is_on_time(self) -> bool:
        return not is_late(self.due_at, self.at, self.grace)

    @property
    def whom(self) -> tuple[str, ...]:
        """Whom it is for, stakeholders first."""
        own = ("stakeholders",) if self.is_for_stakeholders else ()
        return (*own, *(one.audience for one in self.audiences))

    @property
    def headings(self) -> tuple[str, ...]:
        """What its parts are called: as its audiences do, where it is for them alone and they agree."""
        named = {one.headings for one in self.audiences}
        return named.pop() if not self.is_for_stakeholders and len(named) == 1 else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassified(TimelineEvent):
    """The classification changed. Priority, impact and urgency repeat their old values where they did not; the others
    are None then."""

    priority: Priority
    was: Priority
    impact: Level
    urgency: Level
    changed: str
    """What the person changed: `priority`, `impact`, `urgency`, `severity`, `service` or `category`."""
    reason: str
    why: str
    is_priority_given: bool = False
    with_update: bool = False
    """Changed in the same act as an update was posted, whose announcement tells of it."""
    severity: Severity | None = None
    service: str | None = None
    service_name: str | None = None
    category: str | None = None
    runbooks: tuple[LinkedRunbook, ...] = ()
    """Those that are linked now because they fit the new service or category."""
    asked: SlackUserId | None = None
    """Who is asked to command now, because the service is another; None: nobody new."""
    asked_because: str = ""
    bridge_url: str | None = None
    """Where people talk, when the new priority asks for it."""
    broadcast: str | None = None
    """The channel where its card is posted now, when the new priority asks for one and there was none."""
    acknowledge: Promise | None = None
    next_update: Promise | None = None
    owed: tuple[Owed, ...] = ()
    why_reasons: Reasons = ()
    """What `why` says; so does `asked_reasons` of `asked_because`."""
    asked_reasons: Reasons = ()
    called: tuple[SlackUserId, ...] = ()
    """The service's resolver group, as far as the policy calls it: its members are invited."""
    audiences: tuple[AudiencePromise, ...] = ()
    """Those whose clocks go by other rules now."""

    @property
    def value(self) -> str:
        """What was changed, as it is now."""
        values = {
            "priority": self.priority,
            "impact": self.impact,
            "urgency": self.urgency,
            "severity": self.severity,
            "service": self.service_name,
            "category": self.category,
        }
        return values.get(self.changed) or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMitigated(ToldToChannel):
    what: str
    next_update: Promise | None = None
    with_update: bool = False
    """Changed in the same act as an update was posted, whose announcement tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentResolved(TimelineEvent):
    what: str
    owed: tuple[Owed, ...] = ()
    review_due_at: datetime | None = None
    """When the review is due; its reminders wait for business hours."""
    with_update: bool = False
    """Changed in the same act as an update was posted, whose announcement tells of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentVerified(ToldToChannel):
    how: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentClosed(ToldPlainly):
    unverified_because: str | None = None
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentReopened(TimelineEvent):
    reason: str
    asked: SlackUserId | None = None
    """Who is asked to command; None when somebody still does."""
    acknowledge: Promise | None = None
    next_update: Promise
    owed: tuple[Owed, ...] = ()
    was_channel: ChannelId | None = None
    """Its channel, where that is archived: another one is opened. None: the channel is still there."""
    audiences: tuple[AudiencePromise, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentCancelled(ToldPlainly, ToldToChannel):
    reason: str
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentMerged(ToldToChannel):
    """It goes on as another incident."""

    into: IncidentNumber
    title: str
    """Of the other, as is `channel`."""
    channel: ChannelId | None = None
    is_unreachable: bool = False
    """Whether nothing could be written in the other's channel then."""
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherMergedIn(AnsweredPlainly, ChangesNothing):
    """Another incident goes on as this one."""

    other: IncidentNumber
    title: str
    channel: ChannelId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed(ToldToNobody):
    """`by` hears of the incident by direct message from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unfollowed(ToldToNobody):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowersTold(ToldPlainly, AnsweredPlainly):
    """What happened since they were told last was told to those followers who are not in the channel."""

    of: tuple[int, ...]
    """The `seq` of each event that was told."""
    people: tuple[SlackUserId, ...]
    next_at: datetime
    """Not before then they are told again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentListed(ToldPlainly):
    """A private incident may be listed elsewhere; its channel stays private."""

    reason: str
    broadcast: str | None = None
    """Name or id of the broadcast channel, where its card is posted now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TitleCorrected(ToldPlainly):
    """The incident is called otherwise, or, with None, as before. `renames_channel`: its channel is to be named after
    the title."""

    title: str | None = None
    renames_channel: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRenamed(ToldPlainly, AnsweredPlainly):
    """The incident's channel has another name. `by`: who gave it, where Slack says so."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillCorrected(ToldPlainly):
    """It is a drill after all, or none."""

    is_drill: bool
    reason: str
    audiences: tuple[AudiencePromise, ...] = ()
    """Those who hear nothing of drills, and now of it, or no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalHoldSet(ToldToNobody):
    """Nothing is to be taken out of the record any more, or it may be again."""

    is_held: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DegradedShareStated(ToldPlainly, ToldToChannel):
    """What part of the service is degraded, for the whole of the impact: in percent, from 0 to 100."""

    percent: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetExhausted(ToldPlainly, AnsweredPlainly):
    """The incident used up the error budget of its service."""

    service: str
    """Its name."""
    objective: str
    """In words: `99.9 % over 28 days`."""
    allowed: timedelta
    is_quiet: bool = False
    """Whether nobody is told, as the policy only has something agreed then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinAsked(TimelineEvent):
    """`by` knows of a private incident and wants to be in its channel; a member has to invite them."""

    saw: str = ""
    """What they were about to declare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedAgain(ToldPlainly):
    """Somebody was about to declare the same and joined this incident instead."""

    title: str
    """What they were about to declare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MajorSuggested(AnsweredPlainly):
    """So many reports of one service in a short time that this may be a major incident."""

    reports: int
    since: datetime
    to: SlackUserId | None = None
    """Who was told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertAttached(ToldPlainly, AnsweredPlainly):
    """An alert is evidence of the incident. Texts are its sender's."""

    alert: int
    """Its number."""
    source: str
    """As people call it, such as `Alertmanager`."""
    title: str
    severity: str = ""
    labels: tuple[tuple[str, str], ...] = ()
    link: str | None = None
    runbook_url: str | None = None
    began_at: datetime | None = None
    """Since when it fires, according to its sender."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertsQuiet(AnsweredPlainly):
    """Nothing that belongs to the incident fires any more. That is evidence: it changes no status."""

    signals: int
    times: int
    """How often they fired, all together."""
    since: datetime
    sources: tuple[str, ...] = ()
    is_after_resolution: bool = False
    """Whether somebody had said that the fault is gone, and nobody yet that this holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertFiresAgain(AnsweredPlainly):
    """After all had been quiet."""

    alert: int
    source: str
    title: str
    is_after_resolution: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSeen(ToldPlainly, ToldToChannel, AnsweredPlainly, ChangesNothing):
    """Something was deployed of the service, then or shortly before. Texts are its sender's."""

    source: str
    """As people call it, such as `GitHub`."""
    service: str
    what: str
    has_failed: bool = False
    environment: str = ""
    by_whom: str = ""
    link: str | None = None
    before: timedelta | None = None
    """How long before the incident; None: while it was open."""
    is_before_beginning: bool = False
    """Whether that is before it began; else before it was noticed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAdded(ToldToChannel):
    text: str
    is_aloud: bool = False
    """Said in the channel itself, not in the thread below the card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteAmended(ToldPlainly, ToldToChannel):
    """The note is to read otherwise; what it said before stays in the record."""

    of: int
    """The `seq` of the event that added it."""
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteRetracted(ToldPlainly, ToldToChannel):
    """The note counts no more; what it said stays in the record."""

    of: int
    """The `seq` of the event that added it."""
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryCurated(ToldToNobody, ChangesNothing):
    """How an entry of the timeline stands in the review was changed; of several, the last one counts. The entry itself
    stays as it was recorded."""

    of: int
    """The `seq` of the entry."""
    is_hidden: bool = False
    text: str = ""
    """Its words in the review; empty: those of Muster."""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsErased(ToldPlainly, AnsweredPlainly, ChangesNothing):
    """What somebody had written was taken out of an earlier event, which was overwritten."""

    of: int
    """The `seq` of that event."""
    also: tuple[int, ...] = ()
    """The `seq` of each other event that held the same words."""
    after: MessageChange | None = None
    """What became of the message from which the words were copied; None: an operator erased them."""

    @property
    def entries(self) -> tuple[int, ...]:
        return (self.of, *self.also)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordRedacted(ToldToNobody, AnsweredPlainly, ChangesNothing):
    """The record says less from now on: earlier events and messages were overwritten."""

    person: SlackUserId | None = None
    """The pseudonym of somebody who was erased, who stands nowhere under another name."""
    entries: tuple[int, ...] = ()
    """The `seq` of each event that was overwritten."""
    messages: int = 0
    """How many messages of the transcript were."""
    kinds: tuple[DataClass, ...] = ()
    """What was taken out as its time was over; empty: a person was erased."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageMarked(ToldToNobody):
    """Somebody marked a message of the channel, at the time it was written. Its words stand in the transcript alone:
    there they can be edited and deleted."""

    mark: Mark
    channel: ChannelId
    ts: MessageTs
    author: SlackUserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkRemoved(ToldToNobody, AnsweredPlainly):
    mark: Mark
    channel: ChannelId
    ts: MessageTs


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeCorrected(ToldToChannel):
    """A person said when something truly happened; `at` is when they said so."""

    name: TimeName
    value: datetime
    was: datetime | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookLinked(ToldToChannel):
    runbook: LinkedRunbook


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbooksOffered(ToldPlainly, AnsweredPlainly):
    """Since the words of an incident that begins came to fit others, its card offers these, instead of those that it
    offered before."""

    runbooks: tuple[LinkedRunbook, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookStarted(ToldPlainly):
    """From now on it is worked through: a message in the channel shows its steps."""

    runbook: LinkedRunbook
    steps: tuple[PlannedStep, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookStopped(TimelineEvent):
    """It is worked through no further, although not all of its steps were reported."""

    slug: str
    title: str
    reason: str
    not_done: tuple[int, ...] = ()
    """The steps of which nothing was said, by number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookJudged(ToldPlainly):
    """Somebody said whether it helped. Of each runbook, what was said last counts."""

    runbook: LinkedRunbook
    helped: bool
    note: str = ""
    """Why not; may be empty."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookPosted(ToldPlainly, AnsweredPlainly):
    """The message that shows how far a runbook is stands in the channel."""

    slug: str
    channel: ChannelId
    ts: MessageTs


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookLost(ToldPlainly, AnsweredPlainly):
    """That message was deleted; it is posted anew."""

    slug: str
    channel: ChannelId
    ts: MessageTs


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTaken(ToldPlainly):
    """`by` has a step of a runbook that is worked through, and nobody else need do it."""

    slug: str
    number: int
    step: str
    remind_at: datetime | None = None
    """When they are reminded of it, for a step that has to wait."""
    note: str = ""
    """What they wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StepTimeUp(AnsweredPlainly):
    """The time is over that a step had to wait; whoever has it is told."""

    slug: str
    number: int
    step: str
    of: int
    """The `seq` of the event that set the time."""
    to: SlackUserId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StepReported(ToldPlainly, ToldToChannel):
    slug: str
    number: int
    step: str
    outcome: StepOutcome
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunProposed(TimelineEvent):
    """Somebody would have an action run; somebody else has to say yes."""

    run: PlannedRun
    place: str
    """Where it is run, in words: `example/ops, restart.yml at main`."""
    version: str
    """A digest of what the policy says of the action and its engine."""
    answer_by: datetime
    asked: tuple[SlackUserId, ...] = ()
    """Who is called to approve it; empty where that is for anybody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunApproved(ToldPlainly):
    """It is run: these parameters, once."""

    run: PlannedRun
    key: str
    """What it is found again by at the engine."""
    end_by: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunDeclined(ToldPlainly):
    """It is not run: somebody said no, or nobody said yes in time."""

    run: PlannedRun
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted(ToldPlainly, AnsweredPlainly):
    """The engine has taken it."""

    run: PlannedRun
    handle: str = ""
    """What the engine calls it; empty where the engine says by itself how it ends."""
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnded(AnsweredPlainly):
    """What became of it. Where that was not definite, what is learned later counts."""

    run: PlannedRun
    outcome: RunOutcome
    why: str = ""
    link: str = ""
    lines: tuple[str, ...] = ()
    """The last ones of its log, without secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleInvited(ToldPlainly):
    people: tuple[SlackUserId, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One person, called by one pager; its name is empty where the policy has none for them."""

    person: SlackUserId
    pager: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BridgeSet(ToldPlainly):
    """People talk there from now on. `by`: None where a program has opened it."""

    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PageTaken(ToldToNobody, AnsweredPlainly):
    """A pager has taken a page. `of` is the `seq` of the event that asked for it."""

    of: int
    person: SlackUserId
    pager: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSeen(ToldToNobody, AnsweredPlainly):
    """A page was acknowledged where it rings, which accepts no command. `of`: as of PageTaken."""

    of: int
    person: SlackUserId
    pager: str
    asked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PageNotSent(ToldToNobody, AnsweredPlainly):
    """A page could not be sent, or not so far: the ladder goes on without it."""

    of: int
    person: SlackUserId
    pager: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackLost(ToldPlainly, AnsweredPlainly):
    """Slack could not be reached for a while, so those who see to the incident are called by their pagers."""

    since: datetime
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackRegained(ToldPlainly, ToldToChannel, AnsweredPlainly):
    """Slack can be reached again."""

    lost_at: datetime
    paged: tuple[SlackUserId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePaged(ToldPlainly):
    service: str
    service_name: str
    person: SlackUserId
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalated(ToldPlainly):
    reason: str
    told: tuple[SlackUserId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionOpened(ToldPlainly, ToldToChannel):
    """Somebody is to do something while the incident lasts."""

    text: str
    owner: SlackUserId | None = None
    from_message: MessageAt | None = None
    """The message whose words `text` holds; None: somebody typed them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionDone(ToldPlainly, ToldToChannel):
    of: int
    """The `seq` of the event that opened it."""
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionMade(ToldPlainly, ToldToChannel):
    text: str
    from_message: MessageAt | None = None
    """The message whose words `text` holds; None: somebody typed them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpAgreed(ToldPlainly, ToldToChannel):
    text: str
    owner: SlackUserId | None = None
    due: date | None = None
    owed: tuple[Owed, ...] = ()
    priority: Priority | None = None
    link: str | None = None
    """Where the work is tracked."""
    from_message: MessageAt | None = None
    """The message whose words `text` holds; None: somebody typed them, or a version that did not say so copied them,
    and the mark of the message stands right before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpChanged(ToldPlainly, ToldToChannel):
    """What is other than None is new."""

    of: int
    """The `seq` of the event that agreed on it."""
    text: str
    owner: SlackUserId | None = None
    due: date | None = None
    priority: Priority | None = None
    link: str | None = None
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpEnded(ToldPlainly, ToldToChannel):
    of: int
    """The `seq` of the event that agreed on it."""
    text: str
    state: FollowUpState
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueFiled(ToldPlainly, AnsweredPlainly):
    """A tracker has an issue for a follow-up, or for the incident itself."""

    of: int
    """The `seq` of the event that agreed on the follow-up; 1 for the incident."""
    text: str
    """Of the follow-up; empty for the incident."""
    tracker: str
    """Its name in the policy."""
    id: str
    """By which the tracker is asked for it."""
    key: str
    """As people call it there: `OPS-12`, `#34`."""
    url: str
    holds: tuple[str, ...] = ()
    """What of `owner` and `due` the tracker has been told."""
    as_of: int = 0
    """The `seq` of the last event that it was written from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueChanged(ToldPlainly, AnsweredPlainly):
    """How an issue stands over there, which is how a follow-up stands. Of the incident's own only `state` counts, and
    changes nothing about the incident."""

    of: int
    text: str
    key: str
    state: FollowUpState
    owner: SlackUserId | None = None
    owner_name: str = ""
    """Who has it there, where nobody in Slack is known to be that."""
    due: date | None = None
    owed: tuple[Owed, ...] = ()
    holds: tuple[str, ...] = ()
    news: tuple[str, ...] = ()
    """What of `state`, `owner` and `due` is other than Muster knew it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueLost(ToldPlainly, ToldToChannel, AnsweredPlainly):
    """An issue is not there any more: what it was about is tracked by Muster alone again."""

    of: int
    text: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewStarted(TimelineEvent):
    due_at: datetime | None = None
    owed: tuple[Owed, ...] = ()
    meeting_at: datetime | None = None
    """When to talk about it, as proposed; None: no meeting is needed."""
    told: tuple[SlackUserId, ...] = ()
    """Who is told that it is ready to be approved."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewReopened(ToldPlainly, ToldToChannel):
    """It was approved, and people write in it again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewMeetingMoved(ToldPlainly):
    """The meeting about the review is to be at another time."""

    meeting_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalAsked(ToldDirectly, ChangesNothing):
    """Somebody was asked to approve the review."""

    asked: SlackUserId


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewApproved(ToldToChannel):
    owed: tuple[Owed, ...] = ()
    offers: Offer | None = None
    """What of it a runbook could say, which is offered once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunbookProposed(ToldPlainly):
    """A change to a runbook is proposed, or a new one."""

    slug: str
    title: str
    path: str
    """Of its file, as the diff has it."""
    lesson: str
    """The key of what it was learned from; empty for a new runbook."""
    text: str
    """What is added; empty for a new runbook."""
    diff: str
    to: str | None = None
    """The repository in which a pull request is to be opened; None: it is posted in the channel as a file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestOpened(ToldPlainly, ToldToChannel, AnsweredPlainly):
    """A repository has what was proposed. `of`: the `seq` of the proposal."""

    of: int
    url: str
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequestRefused(ToldPlainly, AnsweredPlainly):
    """The repository does not take what was proposed; it is posted as a file instead."""

    of: int
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPublished(ToldPlainly):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentWritten(ToldPlainly, AnsweredPlainly):
    """A place has the published review."""

    place: str
    """Its name in the policy."""
    id: str
    """By which the place is asked for it."""
    url: str
    version: str
    """As the place tells one from another: by this it is seen whether people changed it since."""
    is_new: bool
    """Whether it was not there before; else it says what it says now in place of what it said."""
    comments: tuple[str, ...] = ()
    """The ids of those that people had made on it before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKept(ToldDirectly, AnsweredPlainly):
    """A document was not brought up to date, for people would lose what they did there; somebody is asked."""

    place: str
    id: str
    url: str
    version: str
    """As it was seen; empty where it is gone."""
    why: KeptAs
    who: str = ""
    """Who changed it last, as the place calls them; empty where it does not say."""
    asked: SlackUserId | None = None
    comments: tuple[str, ...] = ()
    """The ids of all that stand there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OverwritingDecided(ToldDirectly):
    """Somebody said what becomes of it."""

    place: str
    choice: Overwriting
    version: str
    """Of what they decided about; where it is another by then, it is asked again."""
    comments: tuple[str, ...] = ()
    """The ids of those that they decided about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUpdateDrafted(ToldToNobody):
    """What customers are to be told was written, or written anew. Its `seq` is the version of the draft."""

    update: CustomerUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUpdateInReview(ToldToChannel):
    """Somebody else is to read the draft of that version."""

    version: int
    asked: tuple[SlackUserId, ...] = ()
    """Who may approve it; empty: anyone but its author."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUpdateApproved(ToldToChannel):
    """That version may be published, and no other."""

    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerUpdatePublished(TimelineEvent):
    """It stands on the status page. `targets`: the other pages that have it, too."""

    version: int
    update: CustomerUpdate
    targets: tuple[str, ...] = ()
    told: ToldAudience | None = None
    """The customers, where the policy gives them a clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewWaived(ToldPlainly, ToldToChannel):
    """There will be none."""

    reason: str
    owed: tuple[Owed, ...] = ()


@dataclass(frozen=True, slots=True)
class PastIncident:
    """An incident of the past that looks alike, as it was when it was recalled."""

    number: IncidentNumber
    title: str
    fixed_by: str = ""
    problem: int | None = None
    """The number of the problem it is linked to."""
    workaround: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRecalled(AnsweredPlainly, ChangesNothing):
    """At its declaration, incidents of the past were found that look alike."""

    alike: tuple[PastIncident, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationSuggested(ToldToNobody, AnsweredPlainly, ChangesNothing):
    """Whoever declared it was shown this; what they made of it is what the incident says."""

    suggested: tuple[SuggestedValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemLinked(ToldPlainly, ToldToChannel):
    """The incident has a cause in common with others."""

    problem: int
    title: str
    is_new: bool = False
    """The problem was opened with it."""
    workaround: str = ""
    """What is known to help, as it was then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemUnlinked(ToldPlainly, ToldToChannel):
    problem: int
    title: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemExplained(ToldPlainly, ToldToChannel, ChangesNothing):
    """What is known of the problem; what is empty stayed as it was."""

    problem: int
    title: str
    cause: str = ""
    workaround: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProblemSolved(ToldPlainly, ToldToChannel, ChangesNothing):
    """The cause is gone."""

    problem: int
    title: str
    how: str


@dataclass(frozen=True, slots=True)
class Rungs:
    """What was done of the ladder of a deadline that stays unmet."""

    taken: int
    """How many steps of the ladder have been taken by now; the one after its last says that it is unattended."""
    in_channel: bool = False
    """Whether the channel is told."""
    told: tuple[SlackUserId, ...] = ()
    """Who is told by direct message."""
    nobody: tuple[str, ...] = ()
    """Targets of the policy that stand for nobody now, or only for people who were told before."""
    asked: SlackUserId | None = None
    """Who is asked to take command from now on."""
    pages: tuple[Page, ...] = ()
    """Who is called by a pager."""
    next_at: datetime | None = None
    """When the next step is taken; None after the last."""


NO_RUNGS = Rungs(0)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An audience that was to hear by `due_at`, and what was done of its ladder; nothing for a reminder."""

    audience: str
    due_at: datetime
    rungs: Rungs = NO_RUNGS


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadlineReminded(ToldPlainly, AnsweredPlainly):
    """The reminder ahead of a deadline was given."""

    deadline: DeadlineKind
    """`AUDIENCE`: of audiences alone; so in the events below. With `UPDATE` there may be audiences as well."""
    due_at: datetime
    of: int | None = None
    """The `seq` of what it is about, where there may be several of the kind."""
    audiences: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgementOverdue(AnsweredPlainly):
    due_at: datetime
    asked: SlackUserId | None = None
    rungs: Rungs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOverdue(AnsweredPlainly):
    due_at: datetime
    commander: SlackUserId | None = None
    rungs: Rungs | None = None
    deadline: DeadlineKind = DeadlineKind.UPDATE
    audiences: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EscalationTold(AnsweredPlainly):
    """A deadline stayed unmet, and the next people were told."""

    deadline: DeadlineKind
    due_at: datetime
    rungs: Rungs
    audiences: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftUnattended(ToldToChannel, AnsweredPlainly):
    """Everybody of the ladder was told, and the deadline is still unmet: Muster is silent until something changes."""

    deadline: DeadlineKind
    due_at: datetime
    audiences: tuple[Waiting, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetMissed(AnsweredPlainly):
    """A service level was not kept: the impact, or the fault, was still there when its time was over."""

    deadline: DeadlineKind
    due_at: datetime
    told: tuple[SlackUserId, ...] = ()


@dataclass(frozen=True, slots=True)
class StageDue:
    """A stage of a regulation, and when it is due; None: what it counts from is not known yet."""

    stage: str
    title: str
    basis: str
    """From what it counts, in words: `72 hours after awareness`."""
    due_at: datetime | None = None
    remind_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingTriggered(ToldPlainly, ToldToChannel):
    """Somebody said since when a regulation applies, or when something was so from which its stages count."""

    regulation: str
    """Its key in the policy; `name` is what people call it."""
    name: str
    trigger: str
    words: str
    """What the trigger is called in a sentence."""
    happened_at: datetime
    reason: str
    was: datetime | None = None
    """When it had been, as was said before."""
    is_answer: bool = True
    """Whether it says that there is something to be reported."""
    stages: tuple[StageDue, ...] = ()
    """All of them, as they are due from now on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportingRuledOut(ToldPlainly, ToldToChannel):
    """Somebody said that there is nothing to be reported under a regulation; a clock that runs is stopped."""

    regulation: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSubmitted(ToldPlainly, ToldToChannel):
    """A stage was submitted, to whom it may concern: Muster sends nothing itself."""

    regulation: str
    name: str
    stage: str
    title: str
    submitted_at: datetime
    due_at: datetime
    """By when it was to be."""
    reference: str = ""
    """By which the authority knows it."""
    note: str = ""
    was: datetime | None = None
    """When it had been submitted, as was said before."""
    stages: tuple[StageDue, ...] = ()


@dataclass(frozen=True, slots=True)
class AwaitedReport:
    """What waits for somebody: a stage, or whether a regulation applies, where `stage` is empty."""

    regulation: str
    name: str
    due_at: datetime
    """Of the question: when it was asked."""
    stage: str = ""
    title: str = ""
    question: str = ""
    """What decides whether it applies, and by which triggers somebody says so."""
    answers: tuple[str, ...] = ()
    rungs: Rungs = NO_RUNGS


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportsAwaited(AnsweredPlainly):
    """Somebody is asked whether regulations apply, or reminded of their stages; all that is due together."""

    deadline: DeadlineKind
    """`REPORTABLE` or `REPORT`."""
    step: DeadlineStep
    reports: tuple[AwaitedReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Nudged(AnsweredPlainly):
    """Somebody was asked to see to something that is not done yet."""

    deadline: DeadlineKind
    due_at: datetime
    """When it was due; of a quiet incident, since when nothing has happened."""
    to: SlackUserId | None = None
    nth: int = 1
    of: int | None = None
    """The `seq` of what it is about, where there may be several of the kind."""
    next_at: datetime | None = None
    """When Muster comes back to it; None: not again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivitySeen(ToldToNobody, AnsweredPlainly):
    """It was looked whether the incident is quiet, and it is not."""

    last_at: datetime
    next_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivingDecided(ToldPlainly, AnsweredPlainly):
    """The time of the channel is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelArchived(ToldToNobody, AnsweredPlainly):
    """Slack has archived the channel; for a bot that is final."""

    channel: ChannelId


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelLost(ToldPlainly, AnsweredPlainly):
    """From now on Muster cannot write in the incident's channel. `by`: who archived it, put Muster out of it, or
    unarchived it without Muster, where Slack says so."""

    channel: ChannelId
    loss: ChannelLoss


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelReplaced(TimelineEvent):
    """The incident goes on in another channel, which is opened now. `by`: who asked for it; nobody had to where the old
    one was deleted."""

    was: ChannelId
    loss: ChannelLoss
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelRegained(ToldPlainly, AnsweredPlainly):
    """Muster can write in the incident's channel again. `by`: who invited it, where Slack says so."""

    channel: ChannelId


@dataclass(frozen=True, slots=True, kw_only=True)
class RemindersSnoozed(ToldToChannel):
    """Reminders of what is owed, and the ladder, wait until then; what was promised stays as it was."""

    until: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownEvent(ToldToNobody, AnsweredPlainly):
    """A kind of event that this version cannot read; its body is kept as it was stored."""

    kind: str
    version: int
    body: str = field(repr=False)


AnyEvent = (
    IncidentDeclared
    | ChannelOpened
    | CardPosted
    | CardLost
    | PeopleNotAdded
    | CommanderAsked
    | HandoverOffered
    | CommandAccepted
    | CommandTakenOver
    | CommandDeclined
    | CommanderLost
    | ChoiceUndone
    | OnCallChanged
    | RoleAssigned
    | UpdatePosted
    | Reclassified
    | IncidentMitigated
    | IncidentResolved
    | IncidentVerified
    | IncidentClosed
    | IncidentReopened
    | IncidentCancelled
    | IncidentMerged
    | OtherMergedIn
    | Followed
    | Unfollowed
    | FollowersTold
    | IncidentListed
    | TitleCorrected
    | ChannelRenamed
    | DrillCorrected
    | LegalHoldSet
    | DegradedShareStated
    | BudgetExhausted
    | JoinAsked
    | ReportedAgain
    | MajorSuggested
    | AlertAttached
    | AlertsQuiet
    | AlertFiresAgain
    | ChangeSeen
    | ClassificationSuggested
    | NoteAdded
    | NoteAmended
    | NoteRetracted
    | EntryCurated
    | WordsErased
    | RecordRedacted
    | MessageMarked
    | MarkRemoved
    | TimeCorrected
    | RunbookLinked
    | RunbookStarted
    | RunbookStopped
    | RunbookJudged
    | RunbookPosted
    | RunbooksOffered
    | RunbookLost
    | StepTaken
    | StepTimeUp
    | RunProposed
    | RunApproved
    | RunDeclined
    | RunStarted
    | RunEnded
    | StepReported
    | PeopleInvited
    | BridgeSet
    | ServicePaged
    | PageTaken
    | PageSeen
    | PageNotSent
    | SlackLost
    | SlackRegained
    | Escalated
    | ActionOpened
    | ActionDone
    | DecisionMade
    | FollowUpAgreed
    | FollowUpChanged
    | FollowUpEnded
    | IssueFiled
    | IssueChanged
    | IssueLost
    | ReviewStarted
    | ApprovalAsked
    | ReviewApproved
    | RunbookProposed
    | PullRequestOpened
    | PullRequestRefused
    | ReviewPublished
    | DocumentWritten
    | DocumentKept
    | OverwritingDecided
    | CustomerUpdateDrafted
    | CustomerUpdateInReview
    | CustomerUpdateApproved
    | CustomerUpdatePublished
    | ReviewWaived
    | ReviewMeetingMoved
    | ReviewReopened
    | PastRecalled
    | ProblemLinked
    | ProblemUnlinked
    | ProblemExplained
    | ProblemSolved
    | DeadlineReminded
    | AcknowledgementOverdue
    | UpdateOverdue
    | EscalationTold
    | LeftUnattended
    | RemindersSnoozed
    | TargetMissed
    | ReportingTriggered
    | ReportingRuledOut
    | ReportSubmitted
    | ReportsAwaited
    | Nudged
    | ActivitySeen
    | ArchivingDecided
    | ChannelArchived
    | ChannelLost
    | ChannelReplaced
    | ChannelRegained
    | UnknownEvent
)
"""Every kind of event: a `match` over it ends in `assert_never`, so that a new kind is handled everywhere."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A timeline event in its place: `seq` counts from 1 within its incident."""

    seq: int
    recorded_at: datetime
    event: AnyEvent

    @property
    def learned_after(self) -> timedelta:
        """How long after it happened the event was recorded."""
        return self.recorded_at - self.event.at
